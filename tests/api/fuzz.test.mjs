// Bodies and queries made from the contract: right, nearly right, and broken. Never a 5xx, always an answer of the contract.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { arbitraries, broken, pick, spoiled } from './lib/arbitrary.mjs';
import { contract, openOperations as operations } from './lib/contract.mjs';
import { call, get } from './lib/http.mjs';
import { startService } from './lib/service.mjs';

// UNKNOT_FUZZ_SEED repeats a run; UNKNOT_API_FUZZ_SECONDS makes it longer.
const seed = Number(process.env.UNKNOT_FUZZ_SEED ?? Date.now() % 2 ** 31);
const SECONDS = Number(process.env.UNKNOT_API_FUZZ_SECONDS ?? 24);
const bounded = share => ({ seed, numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1000 * share, markInterruptAsFailure: false, includeErrorInReport: true });

const service = await startService();
after(() => service.stop());
console.log(`# seed ${seed}`);
const { ids, body: intakeOf } = await arbitraries(service);

// Every answer is held against the contract by call(); a 5xx that the contract knows is still a failure.
let asked = 0;
const held = async (o, target, options) => {
  asked++;
  const answer = await call(service, o.method, target, options);
  assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
  return answer;
};
const writes = operations.filter(o => o.method === 'POST');

for (const o of writes) {
  test(`${o.id}: what the contract allows is answered, or refused with reasons`, async () => {
    let taken = 0;
    let all = 0;
    await fc.assert(fc.asyncProperty(intakeOf(o), async body => {
      const answer = await held(o, o.path, { json: body });
      all++;
      if (answer.status === 200) taken++;
      // What the contract allows can only be refused for what a schema cannot say: contradictions, ranges of a finding, ids.
      else {
        assert.equal(answer.status, 422, answer.text);
        assert.ok(answer.json.errors.every(e => ['contradiction', 'unknown_id', 'derived', 'out_of_range', 'not_allowed', 'missing_member'].includes(e.code)), JSON.stringify(answer.json.errors));
      }
    }), bounded(0.18));
    assert.ok(taken > all / 10, `${taken} of ${all} were taken`);
  });

  test(`${o.id}: what is nearly right is answered or refused, and names every place`, async () => {
    await fc.assert(fc.asyncProperty(spoiled(intakeOf(o)), async body => {
      const answer = await held(o, o.path, { json: body === undefined ? null : body });
      assert.ok([200, 400, 422].includes(answer.status), answer.text);
      if (answer.status !== 200) assert.ok(answer.json.errors.length > 0);
    }), bounded(0.12));
  });

  test(`${o.id}: broken bytes are refused`, async () => {
    await fc.assert(fc.asyncProperty(broken(intakeOf(o)), async body => {
      assert.ok([200, 400, 422].includes((await held(o, o.path, { body })).status));
    }), bounded(0.06));
  });
}

test('filters and names: right, nearly right and broken', async () => {
  const reads = operations.filter(o => o.method === 'GET' && !['/metrics', '/openapi.json', '/openapi.yaml'].includes(o.path));
  const word = fc.oneof(pick(Object.values(ids).flat()), fc.string({ maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 12 }), pick(['1', '5', '9', 'ABS', 'DE', 'D1', 'core', 'session', 'pain', 'Ä', '']))
    .map(w => encodeURIComponent(w.toWellFormed?.() ?? w.replace(/[\ud800-\udfff]/g, '')));
  const raw = fc.oneof(word, fc.constantFrom('%ff', '%00', '%', '%c0%80', '+', '&&', '=', '%2e%2e%2f', '%0d%0a'));
  const names = [...new Set(operations.flatMap(o => o.parameters.filter(p => p.in === 'query').map(p => p.name)))];
  await fc.assert(fc.asyncProperty(pick(reads), fc.array(fc.tuple(fc.oneof(pick(names), word), raw), { maxLength: 4 }), raw, async (o, pairs, name) => {
    const path = o.path.replace(/\{\w+\}/, () => (name && !['+', '&&', '='].includes(name) ? name : 'x'));
    const target = `${path}${pairs.length ? `?${pairs.map(([k, v]) => `${k}=${v}`).join('&')}` : ''}`;
    const answer = await held(o, target);
    assert.ok([200, 400, 404, 422].includes(answer.status), `${target} ${answer.status}`);
  }), bounded(0.2));
});

/** A cookie whose value is one quote: libmicrohttpd 0.9.75 refuses it by itself, twice. */
const LONE_QUOTE = /="\s*$/;

test('headers of any kind', async () => {
  const value = fc.string({ maxLength: 60 }).map(s => s.replace(/[^\x20-\x7e]/g, ''));
  const name = pick(['accept', 'accept-language', 'accept-encoding', 'if-none-match', 'traceparent', 'tracestate', 'authorization', 'origin', 'content-type', 'content-encoding', 'x-forwarded-for', 'range', 'prefer', 'cookie']);
  await fc.assert(fc.asyncProperty(pick(['/techniques', '/techniques/swedish', '/livez', '/nowhere']), fc.array(fc.tuple(name, value), { maxLength: 4 }), async (target, pairs) => {
    const headers = Object.fromEntries(pairs);
    if (headers.cookie) headers.cookie = headers.cookie.replace(LONE_QUOTE, '='); // raw.test.mjs has it
    const answer = await held({ method: 'GET' }, target, { headers });
    assert.ok([200, 304, 400, 401, 404, 406].includes(answer.status), `${answer.status} ${JSON.stringify(pairs)}`);
  }), bounded(0.08));
});

test('after all of this the service goes on', async () => {
  assert.equal((await get(service, '/readyz')).status, 200);
  assert.ok(contract);
  console.log(`# ${asked} requests`);
});
