// Bodies and queries made from the contract: right, nearly right, and broken. Never a 5xx, always an answer of the contract.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { contract, openOperations as operations, resolved } from './lib/contract.mjs';
import { call, get } from './lib/http.mjs';
import { startService } from './lib/service.mjs';

// UNKNOT_FUZZ_SEED repeats a run; UNKNOT_API_FUZZ_SECONDS makes it longer.
const seed = Number(process.env.UNKNOT_FUZZ_SEED ?? Date.now() % 2 ** 31);
const SECONDS = Number(process.env.UNKNOT_API_FUZZ_SECONDS ?? 24);
const bounded = share => ({ seed, numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1000 * share, markInterruptAsFailure: false, includeErrorInReport: true });

const service = await startService();
after(() => service.stop());
console.log(`# seed ${seed}`);

// --- what the release knows, so that ids are often real ---
const listed = async path => (await get(service, path)).json.items;
const findings = await listed('/findings');
const knowledge = (await get(service, '/knowledge')).json;
const ids = {
  finding: findings.map(f => f.id),
  technique: (await listed('/techniques')).map(t => t.id),
  presentation: (await listed('/presentations')).map(p => p.id),
  rule: [...(await listed('/contraindications')).map(r => r.id), 'C1.rf_saddle'],
  area: knowledge.areas.map(a => a.id),
  position: knowledge.positions.map(p => p.id),
  checklist: [...new Set(findings.map(f => f.checklist).filter(Boolean))],
};
const MEDICINES = ['warfarin', 'Aspirin', 'ibuprofène', 'METFORMIN 500mg', 'prednisolone', 'no such thing', 'apixaban', 'Ibuprofen'];
const pick = list => fc.constantFrom(...list);

/** By the member it fills, an arbitrary for strings that a rule of the contract calls an id. */
const WORDS = {
  areas: pick(ids.area), presentations: pick(ids.presentation), none_of: pick(ids.checklist), positions: pick(ids.position), techniques: pick(ids.technique),
  avoid_techniques: pick(ids.technique), rules: pick(ids.rule), findings: pick(ids.finding), role: pick(['doctor', 'physiotherapist', 'midwife']),
  system: pick(['icd10cm', 'snomed', 'icpc2', 'loinc']), code: pick(['M54.5', 'E11.42', 'I26.99', 'Z79.01', 'M81.0', 'X']), text: pick(MEDICINES),
  rxnorm: pick(['11289', '1191', '99999999']), atc: pick(['B01AA03', 'B01A', 'N02', 'H02AB06']), detail: pick(['stable', 'none', 'worsening_over_days', 'osteoporosis']),
};

const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }).map(d => d.toISOString().slice(0, 10));

/** An arbitrary of values that a schema of the contract allows, ids mostly real. */
function valid(schema, name = '') {
  if (schema.$ref) schema = { ...resolved(schema.$ref.slice(2).split('/')), ...Object.fromEntries(Object.entries(schema).filter(([k]) => k !== '$ref')) };
  if (schema.enum) return pick(schema.enum);
  if (schema.format === 'date') return dates;
  switch (schema.type) {
    case 'integer': return fc.integer({ min: schema.minimum, max: schema.maximum });
    case 'number': return fc.oneof(fc.integer({ min: schema.minimum, max: schema.maximum }), fc.integer({ min: schema.minimum * 8, max: schema.maximum * 8 }).map(n => n / 8));
    case 'boolean': return fc.boolean();
    case 'string': return WORDS[name] ?? pick(ids.finding);
    case 'array': return fc.array(valid(schema.items, name), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems, 12) });
    case 'object': {
      if (name === 'findings') return finding;
      const members = Object.fromEntries(Object.entries(schema.properties).map(([key, child]) => [key, valid(child, key)]));
      return fc.record(members, { requiredKeys: schema.required ?? [] });
    }
    default: return fc.anything();
  }
}

/** An answer to a finding, with the attributes it has. */
const finding = pick(findings.filter(f => f.asked !== 'derived')).chain(f => fc.record({
  id: fc.constant(f.id), state: pick(['present', 'present', 'absent', 'unknown']),
  ...(f.weeks_ago && { weeks_ago: fc.integer({ min: 0, max: 300 }) }), ...(f.value && { value: fc.integer({ min: Math.ceil(f.value.min), max: Math.floor(f.value.max) }) }),
  ...(f.attributes.includes('areas') && { areas: fc.array(pick(ids.area), { maxLength: 3 }) }),
  ...(f.detail?.length && { detail: pick(f.detail.map(d => d.id ?? d)) }),
}, { requiredKeys: ['id', 'state'] }).map(a => (a.state === 'present' ? a : { id: a.id, state: a.state })));

const uniqueBy = (list, key) => [...new Map(list.map(x => [key(x), x])).values()];
const intakeOf = o => valid(o.spec.requestBody.content['application/json'].schema)
  .map(body => (body.findings ? { ...body, findings: uniqueBy(body.findings, f => f.id) } : body));

// --- nearly right: one thing in it is changed ---
const spoiler = fc.oneof(fc.constant(null), fc.integer(), fc.double(), fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.boolean(),
  fc.constant([]), fc.constant({}), fc.jsonValue({ maxDepth: 3 }), pick(['', ' ', '\u0000', '\ud800', 'a'.repeat(5000), '__proto__', 'rf_sadle', '%s%n', '../..', '1e999', '-0']));
function* spots(value, path = []) {
  yield path;
  if (value && typeof value === 'object') for (const key of Object.keys(value)) yield* spots(value[key], [...path, key]);
}
function changed(value, path, change) {
  if (path.length === 0) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[path[0]] = changed(copy[path[0]], path.slice(1), change);
  return copy;
}
const spoiled = body => fc.tuple(body, fc.nat(), spoiler, fc.constantFrom('replace', 'add', 'rename', 'twice'), fc.string({ maxLength: 12 })).map(([value, at, other, how, name]) => {
  const all = [...spots(value)];
  return changed(value, all[at % all.length], old => {
    if (how === 'add' && old && typeof old === 'object') return Array.isArray(old) ? [...old, other] : { ...old, [name]: other };
    if (how === 'twice' && Array.isArray(old)) return [...old, ...old, ...old];
    if (how === 'rename' && old && typeof old === 'object' && !Array.isArray(old)) return Object.fromEntries(Object.entries(old).map(([k, v]) => [k + name, v]));
    return other;
  });
});
const broken = body => fc.tuple(body, fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'flip', 'insert', 'drop'), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })).map(([value, edits]) => {
  let bytes = Buffer.from(JSON.stringify(value));
  for (const [at, how, byte] of edits) {
    const i = bytes.length ? at % bytes.length : 0;
    if (how === 'cut') bytes = bytes.subarray(0, i);
    else if (how === 'flip' && bytes.length) { bytes = Buffer.from(bytes); bytes[i] ^= byte; }
    else if (how === 'insert') bytes = Buffer.concat([bytes.subarray(0, i), Buffer.from([byte]), bytes.subarray(i)]);
    else bytes = Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)]);
  }
  return bytes;
});

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
