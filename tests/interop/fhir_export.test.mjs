// Bulk export: all of a tenant as NDJSON over several files, every resource exactly once, for the clinic alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { openClinic } from './lib/clinic.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { assertFhir } from './lib/fhir_validate.mjs';

const PLANS = 250;
const ASYNC = { prefer: 'respond-async', accept: 'application/fhir+json' };
let clinic, key, other, plans, late;
const as = (who = key) => (who ? { authorization: `Bearer ${who}` } : {});

before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
  for (const id of ['ann', 'b_b']) assert.equal((await clinic.post(key, '/therapists', { therapist_id: id, name: id, techniques: ['swedish'] })).status, 201);
  plans = [];
  for (let i = 0; i < PLANS; i++) plans.push((await clinic.plan(key, `p${i % 60}`)).id);
  for (const id of plans.slice(0, 120)) assert.equal((await clinic.post(key, `/care-plans/${id}/measurements`, { instrument: 'nrs', score: 4 })).status, 201);
  for (const id of plans.slice(0, 5))
    assert.equal((await clinic.post(key, `/care-plans/${id}/sessions`,
      { status: 'done', planned_on: '2026-11-20', minutes: 30, adverse_events: [{ id: 'ae_soreness' }, { id: 'ae_bruise' }] })).status, 201);
  await clinic.plan(other, 'theirs');
});
after(() => clinic?.stop());

const pathOf = url => url.replace(/^https?:\/\/[^/]+/, '');
const begin = (query = '', who = key, more = {}) => fhirCall(clinic.service, 'GET', `/fhir/$export${query}`, { headers: { ...ASYNC, ...as(who), ...more } });
const manifestOf = async (kicked, who = key) => {
  assert.equal(kicked.status, 202, kicked.text);
  return call(clinic.service, 'GET', pathOf(kicked.headers['content-location']), { headers: { accept: 'application/json', ...as(who) } });
};
const fileOf = (url, who = key) => call(clinic.service, 'GET', pathOf(url), { headers: { accept: 'application/fhir+ndjson', ...as(who) } });
async function all(manifest) {
  const found = new Map();
  for (const { type, url } of manifest.output) {
    const file = await fileOf(url);
    assert.equal(file.status, 200, file.text);
    assert.match(file.headers['content-type'], /^application\/fhir\+ndjson/);
    assert.ok(file.text.endsWith('\n'));
    const lines = file.text.trimEnd().split('\n').map(line => JSON.parse(line));
    assert.ok(lines.length <= 100, `${type}: ${lines.length} in a file`);
    for (const resource of [lines[0], lines.at(-1)]) assertFhir(resource);
    for (const resource of lines) {
      assert.equal(resource.resourceType, type);
      found.set(type, [...(found.get(type) ?? []), resource]);
    }
  }
  return found;
}
const ids = resources => (resources ?? []).map(r => r.id).sort();

test('everything exactly once, over several files; what comes later is in none', async () => {
  const kicked = await begin();
  late = await clinic.plan(key, 'p-late');
  const { status, json, headers } = await manifestOf(kicked);
  assert.equal(status, 200);
  assert.ok(Date.parse(headers.expires) > Date.now());
  assert.equal(json.requiresAccessToken, true);
  assert.ok(pathOf(json.request) === '/fhir/$export' && Math.abs(Date.parse(json.transactionTime) - Date.now()) < 600000);
  assert.equal(json.output.filter(o => o.type === 'CarePlan').length, 3);
  const found = await all(json);
  for (const type of ['CarePlan', 'Goal', 'Provenance']) assert.deepEqual(ids(found.get(type)), [...plans].sort(), type);
  assert.equal(new Set(ids(found.get('Observation'))).size, 120);
  assert.equal(found.get('Observation').length, 120);
  assert.equal(new Set(ids(found.get('AdverseEvent'))).size, 10);
  assert.deepEqual(ids(found.get('Practitioner')), ['ann'], 'b_b is no id in FHIR');
  assert.deepEqual(ids(found.get('PractitionerRole')), ['ann']);
  for (const [type, resource] of [['CarePlan', found.get('CarePlan')[7]], ['Observation', found.get('Observation')[7]], ['AdverseEvent', found.get('AdverseEvent')[0]], ['Practitioner', found.get('Practitioner')[0]]])
    assert.deepEqual((await fhirCall(clinic.service, 'GET', `/fhir/${type}/${resource.id}`, { headers: as() })).json, resource, 'as it is read');
  const audit = await call(clinic.service, 'GET', '/audit-events?limit=200', { headers: as() });
  assert.ok(audit.json.items.some(e => e.action === 'tenant.export'));
});

test('_type and _since narrow it; another tenant has its own', async () => {
  const { json } = await manifestOf(await begin(`?_type=CarePlan,Practitioner&_since=${encodeURIComponent(late.created_at)}&_outputFormat=ndjson`));
  const found = await all(json);
  assert.deepEqual([...found.keys()], ['CarePlan']);
  assert.deepEqual(ids(found.get('CarePlan')), [late.id]);
  const typesOf = manifest => [...new Set(manifest.json.output.map(file => file.type))].sort();
  assert.deepEqual(typesOf(await manifestOf(await begin('?_type=CarePlan&_type=Goal'))), ['CarePlan', 'Goal'], 'a repeated _type means both');
  const theirs = await manifestOf(await begin('?_type=CarePlan', other), other);
  assert.equal(theirs.json.output.length, 1);
  assert.equal((await fileOf(theirs.json.output[0].url, other)).text.trimEnd().split('\n').length, 1);
  assert.equal((await fileOf(theirs.json.output[0].url)).status, 404, 'a URL of another tenant');
  const empty = await manifestOf(await begin('?_since=2999-01-01T00:00:00Z'));
  assert.deepEqual(empty.json.output, []);
});

test('what cannot be is refused with the place; lenient clients get the rest', async () => {
  for (const [query, place] of [['?_type=Patient', '_type'], ['?_since=never', '_since'], ['?_outputFormat=text/csv', '_outputFormat'], ['?_typeFilter=CarePlan', '_typeFilter']]) {
    const refused = await begin(query);
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.json.issue[0].expression[0], `http.${place}`);
  }
  const { json } = await manifestOf(await begin('?_type=Patient,Practitioner&_typeFilter=x', key, { prefer: 'respond-async, handling=lenient' }));
  assert.deepEqual(json.output.map(o => o.type), ['Practitioner']);
  const eager = await begin('', key, { prefer: 'return=minimal' });
  assert.equal(eager.status, 400);
  assert.equal(eager.json.resourceType, 'OperationOutcome');
});

test('for the clinic alone, by URLs that nobody else can make', async () => {
  const kicked = await begin('?_type=CarePlan'), status = pathOf(kicked.headers['content-location']);
  const { json } = await manifestOf(kicked);
  const narrow = [clinic.key('--therapist', 'ann'), clinic.key('--patient', 'p1')];
  for (const target of ['/fhir/$export', status, pathOf(json.output[0].url)])
    for (const [who, want] of [[null, 401], ...narrow.map(k => [k, 403]), ...(target === '/fhir/$export' ? [] : [[other, 404]])]) {
      const answer = await call(clinic.service, 'GET', target, { headers: { prefer: 'respond-async', ...as(who) } });
      assert.equal(answer.status, want, `${target} ${answer.text}`);
    }
  for (const target of [`${status}x`, '/fhir/$export/x', '/fhir/$export-file/x.y', status.replace('$export', '$export-file')])
    assert.equal((await call(clinic.service, 'GET', target, { headers: as() })).status, 404, target);
  const given = await fhirCall(clinic.service, 'DELETE', status, { headers: as() });
  assert.equal(given.status, 202);
  assert.equal(given.json.resourceType, 'OperationOutcome');
  const metadata = await fhirCall(clinic.service, 'GET', '/fhir/metadata');
  assert.deepEqual(metadata.json.rest[0].operation.map(o => o.name), ['export']);
});
