// What every operation owes, of those that need a key and a database: methods, filters, names, bodies, caching, and that
// no input of any kind ends in a 5xx. The open ones are held to the same in contract, http, bad_input and fuzz.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arbitraries, broken, pick, spoiled } from './lib/arbitrary.mjs';
import { MERGE_PATCH, bearer, once, sharedClinic } from './lib/clinic.mjs';
import { contract, guardedOperations as operations, methodsOf } from './lib/contract.mjs';
import { call } from './lib/http.mjs';
import { example } from './lib/people.mjs';

const seed = Number(process.env.UNKNOT_FUZZ_SEED ?? Date.now() % 2 ** 31);
const SECONDS = Number(process.env.UNKNOT_API_FUZZ_SECONDS ?? 16);
const bounded = share => ({ seed, numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1000 * share, markInterruptAsFailure: false, includeErrorInReport: true });
console.log(`# seed ${seed}`);

const w = {};
const clinic = sharedClinic({
  prepare: async () => {
    w.key = clinic.makeKey();
    w.publishable = clinic.makeKey('--publishable');
    await clinic.made('/therapists', { therapist_id: 't-ann', name: 'Ann', techniques: ['swedish'] }, { key: w.key });
    w.plan = await clinic.plan('P-1', w.key);
    w.session = await clinic.session(w.plan, w.key);
    w.link = await clinic.made(`/care-plans/${w.plan.id}/calendar-links`, {}, { key: w.key });
    w.values = await arbitraries(clinic.service);
  },
});

const paths = Object.keys(contract.paths).filter(path => operations.some(o => o.path === path));
const writes = operations.filter(o => o.spec.requestBody);
let takenInAll = 0;
const reads = operations.filter(o => o.method === 'GET');
const names = () => ({ plan_id: w.plan.id, version: '1', session_id: w.session.session_id, link_id: w.link.link_id, therapist_id: 't-ann', patient_ref: 'P-1' });
const filled = (path, known = names()) => path.replace(/\{(\w+)\}/g, (_, name) => { assert.ok(known[name], `a value for ${name}`); return known[name]; });
const REQUIRED = { listTherapistMatches: () => ({ care_plan: w.plan.id }) };
const asked = (o, more = {}) => {
  const query = String(new URLSearchParams({ ...REQUIRED[o.id]?.(), ...more }));
  return `${filled(o.path)}${query ? `?${query}` : ''}`;
};
const headersFor = o => ({ ...bearer(w.key), ...(o.method !== 'GET' && once()), ...(['PATCH', 'DELETE'].includes(o.method) && { 'if-match': '*' }),
  ...(o.method === 'PATCH' && MERGE_PATCH) });
const send = (o, target, options = {}) => call(clinic.service, o.method, target, { ...options, headers: { ...headersFor(o), ...options.headers } });

// --- methods ---

test('OPTIONS says what a path takes; a literal path stands alone', async () => {
  for (const path of paths) {
    const { status, headers } = await call(clinic.service, 'OPTIONS', filled(path));
    assert.equal(status, 204, path);
    assert.deepEqual(headers.allow.split(', ').sort(), methodsOf(path), path);
  }
});

test('another method is 405 with Allow, with a key and without', async () => {
  for (const path of paths)
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST', 'GET'].filter(m => !methodsOf(path).includes(m)))
      for (const headers of [{}, bearer(w.key)]) {
        const answer = await call(clinic.service, method, filled(path), { headers, ...(method === 'POST' && { json: {} }) });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.deepEqual(answer.headers.allow.split(', ').sort(), methodsOf(path));
      }
});

test('HEAD has the status and the ETag of GET, and no body', async () => {
  for (const o of reads) {
    const one = await send(o, asked(o));
    const two = await call(clinic.service, 'HEAD', asked(o), { headers: bearer(w.key) });
    assert.equal(two.status, one.status, o.id);
    assert.equal(two.headers.etag, one.headers.etag, o.id);
    assert.equal(two.body.length, 0);
  }
});

// --- names and filters ---

const NOBODY = { plan_id: `${'a'.repeat(32)}.${'a'.repeat(26)}`, version: '9', session_id: 'a'.repeat(26), link_id: `k-${'a'.repeat(26)}`, therapist_id: 't-nobody', patient_ref: 'P-nobody' };
test('a name that nothing has is 404, whatever comes with it', async () => {
  for (const o of operations.filter(o => o.path.includes('{'))) {
    const json = writes.includes(o) ? { intake: {} } : undefined;
    const good = example('office-worker');
    const bodies = { createRecheck: { intake: good }, createClearance: { role: 'doctor', recorded: '2026-11-01' }, createSession: { status: 'planned' },
      updateSession: { notes: 'x' }, createMeasurement: { instrument: 'nrs', score: 3 }, patchCarePlan: { title: 'x' }, updateTherapist: { name: 'x' },
      createCalendarLink: {} };
    const answer = await send(o, filled(o.path, NOBODY), { json: json && bodies[o.id] });
    assert.equal(answer.status, 404, `${o.id} ${answer.text}`);
    assert.equal(answer.json.code, 'not_found');
  }
});

test('names that cannot be are 404 or 400, never a 5xx', async () => {
  for (const o of operations.filter(o => o.path.includes('{') && o.method === 'GET'))
    for (const name of ['x', '%20', "'%3B--", '%F0%9F%98%80', 'a'.repeat(300), '..', '%2e%2e', 'P%2F1', `${w.plan.id}x`, w.plan.id.toUpperCase()]) {
      const answer = await send(o, o.path.replace(/\{\w+\}/g, name));
      assert.ok([400, 404].includes(answer.status), `${o.id} ${name}: ${answer.status}`);
    }
});

test('a filter that an operation does not know is refused, naming it', async () => {
  for (const o of operations) {
    const answer = await send(o, asked(o, { colour: 'blue' }), { json: writes.includes(o) ? {} : undefined });
    assert.equal(answer.status, 422, `${o.id} ${answer.text}`);
    assert.equal(answer.json.errors[0].parameter, 'colour', o.id);
  }
});

test('the query parameters of the contract are those of the service, and their examples are taken', async () => {
  for (const o of operations)
    for (const p of o.parameters.filter(p => p.in === 'query' && p.name !== 'cursor')) {
      const values = { limit: '2', status: o.id === 'listSessions' ? 'done' : 'active', instrument: 'nrs', care_plan: w.plan.id, patient: 'P-1', since: '2026-01-01T00:00:00Z',
        technique: 'swedish', therapist: 't-ann', review_needed: 'true', paper: 'letter', titles: 'full', changed_since: '2026-01-01T00:00:00Z' };
      assert.ok(values[p.name], `give this test a value for ${p.name}`);
      for (const value of [values[p.name], ...(p.name === 'care_plan' ? [] : p.schema.examples ?? [])]) {
        const answer = await send(o, asked(o, { [p.name]: value }));
        assert.equal(answer.status, 200, `${o.id} ${p.name}=${value}: ${answer.text}`);
      }
    }
});

// --- bodies ---

for (const o of writes) {
  test(`${o.id}: the contract's examples are taken`, async () => {
    const media = Object.values(o.spec.requestBody.content)[0];
    for (const [name, { value }] of Object.entries(media.examples ?? {})) {
      const plan = await clinic.plan('P-example', w.key);
      const known = { ...names(), plan_id: plan.id };
      if (o.path.includes('{session_id}')) known.session_id = (await clinic.session(plan, w.key)).session_id;
      const answer = await send(o, filled(o.path, known), { json: value });
      assert.ok([200, 201].includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
    }
  });

  test(`${o.id}: what is no JSON is refused with line and column, of another type with 415`, async () => {
    for (const [body, code] of [['{"a": 5,,}', 'malformed_json'], ['', 'malformed_json'], ['{"a":1,"a":2}', 'malformed_json'], ['{"a":"\\u0000"}', 'malformed_json'], [`${'['.repeat(100_000)}`, 'malformed_json']]) {
      const answer = await send(o, asked(o), { body });
      assert.ok([400, 413].includes(answer.status), `${body.slice(0, 20)}: ${answer.text}`);
      if (answer.status === 400) assert.equal(answer.json.code, code);
    }
    for (const body of ['[]', '"a"', 'null']) assert.ok([400, 422].includes((await send(o, asked(o), { body })).status), body);
    assert.equal((await send(o, asked(o), { body: '{}', headers: { 'content-type': 'text/plain' } })).status, 415);
  });

  test(`${o.id}: an unknown member is named with its place`, async () => {
    const answer = await send(o, asked(o), { json: { colour: 'blue' } });
    assert.equal(answer.status, 422, answer.text);
    assert.ok(answer.json.errors.some(e => e.pointer === '#/colour'), answer.text);
  });

  test(`${o.id}: of any kind of body, none ends in a 5xx`, async () => {
    const body = w.values.body(o);
    const plan = await clinic.plan('P-fuzz', w.key);
    const session = o.path.includes('{session_id}') ? (await clinic.session(plan, w.key)).session_id : '';
    const target = filled(o.path, { ...names(), plan_id: plan.id, session_id: session });
    let taken = 0;
    const share = 0.7 / writes.length;
    const held = async options => {
      const answer = await send(o, target, options);
      assert.ok([200, 201, 400, 403, 409, 412, 413, 422].includes(answer.status), `${answer.status} ${answer.text}`);
      if (answer.status < 300) taken++;
      if (answer.status === 422 && answer.json.code === 'invalid_content') assert.ok(answer.json.errors.length > 0, answer.text);
    };
    await fc.assert(fc.asyncProperty(body, json => held({ json })), bounded(share * 0.5));
    await fc.assert(fc.asyncProperty(spoiled(body), json => held({ json: json === undefined ? null : json })), bounded(share * 0.3));
    await fc.assert(fc.asyncProperty(broken(body), bytes => held({ body: bytes })), bounded(share * 0.2));
    takenInAll += taken;
  });
}

test('filters of any kind: never a 5xx', async () => {
  const word = fc.oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 12 }), pick(['1', '0', '201', '-1', '2026-11-22T10:00:00Z', 'active', 'true', 'P-1', 't-ann', "'", 'Ä', '']))
    .map(text => encodeURIComponent(text.toWellFormed?.() ?? text.replace(/[\ud800-\udfff]/g, '')));
  const raw = fc.oneof(word, pick(['%ff', '%00', '%', '+', '&&', '=', '%0d%0a', 'eyJ.x', 'a.b']));
  const all = [...new Set(operations.flatMap(o => o.parameters.filter(p => p.in === 'query').map(p => p.name)))];
  await fc.assert(fc.asyncProperty(pick(reads), fc.array(fc.tuple(fc.oneof(pick(all), word), raw), { maxLength: 4 }), async (o, pairs) => {
    const target = `${filled(o.path)}${pairs.length ? `?${pairs.map(([k, v]) => `${k}=${v}`).join('&')}` : ''}`;
    const answer = await send(o, target);
    assert.ok([200, 400, 404, 410, 422].includes(answer.status), `${target} ${answer.status} ${answer.text}`);
  }), bounded(0.15));
});

test('conditional and idempotency headers of any kind: never a 5xx', async () => {
  const value = fc.oneof(fc.string({ maxLength: 60 }), pick(['"1"', 'W/"1"', '1', '*', '"1", "2"', '"', '99999999999999999999', '"-1"', '""', 'return=minimal', 'a'.repeat(300)]))
    .map(text => text.replace(/[^\x21-\x7e]/g, 'x') || 'x');
  const name = pick(['if-match', 'if-none-match', 'idempotency-key', 'prefer', 'if-none-exist']);
  const target = () => asked(operations.find(o => o.id === 'patchCarePlan'));
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async pairs => {
    const answer = await call(clinic.service, 'PATCH', target(), { json: { title: 'Fuzz' }, headers: { ...bearer(w.key), ...MERGE_PATCH, ...Object.fromEntries(pairs) } });
    assert.ok([200, 204, 400, 409, 412, 422, 428].includes(answer.status), `${answer.status} ${answer.text}`);
  }), bounded(0.15));
});

// --- caching ---

test('one resource: an ETag that changes with it, and 304 for who has it', async () => {
  for (const o of reads.filter(o => contract.paths[o.path].get.responses['304'] && !/^list/.test(o.id))) {
    const first = await send(o, asked(o));
    assert.equal(first.headers['cache-control'], 'private, no-cache', o.id);
    assert.match(first.headers.etag, /^"[!#-~]+"$/, o.id);
    const again = await send(o, asked(o), { headers: { 'if-none-match': first.headers.etag } });
    assert.equal(again.status, 304, o.id);
    assert.equal((await send(o, asked(o), { headers: { 'if-none-match': '"other"' } })).status, 200, o.id);
  }
  const plan = await clinic.plan('P-etag', w.key);
  const before = await clinic.etag(`/care-plans/${plan.id}`, w.key);
  await clinic.session(plan, w.key, { adverse_events: [{ id: 'ae_bladder_bowel_saddle' }] });
  assert.notEqual(await clinic.etag(`/care-plans/${plan.id}`, w.key), before);
});

test('the ETag of the catalogue does not depend on who asks', async () => {
  for (const path of ['/techniques', '/techniques/swedish', '/questionnaire', '/findings']) {
    const etags = [];
    for (const headers of [{}, bearer(w.key), bearer(w.publishable), { 'x-api-key': w.key }])
      etags.push((await call(clinic.service, 'GET', path, { headers })).headers.etag);
    assert.equal(new Set(etags).size, 1, path);
    assert.equal((await call(clinic.service, 'GET', path, { headers: { ...bearer(w.key), 'if-none-match': etags[0] } })).status, 304, path);
  }
});

test('after all of this the service goes on, and took some of it', async () => {
  assert.ok(takenInAll > 0);
  assert.equal((await call(clinic.service, 'GET', '/readyz')).status, 200);
  assert.equal((await clinic.call('GET', `/care-plans/${w.plan.id}`, { key: w.key })).status, 200);
});
