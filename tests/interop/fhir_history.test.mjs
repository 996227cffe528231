// Versions of a CarePlan: every kind of write leaves what it replaced readable, by vread, by history, by our own operation;
// of plans from before versions were kept it is said that they are not. Bodies go through the three validators.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, sleep } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { intakeOf, openClinic } from './lib/clinic.mjs';

let clinic, key, other;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
});
after(() => clinic?.stop());

const as = (headers = {}, who = key) => ({ authorization: `Bearer ${who}`, ...headers });
const get = (target, headers, who) => fhirCall(clinic.service, 'GET', `/fhir/${target}`, { headers: as(headers, who) });
const own = (method, target, options = {}) => call(clinic.service, method, target, { ...options, headers: as(options.headers, options.who) });
const patch = async (id, json) => {
  const answer = await fhirCall(clinic.service, 'PATCH', `/fhir/CarePlan/${id}`, { json, headers: as({ 'content-type': 'application/json-patch+json' }) });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const read = async id => (await get(`CarePlan/${id}`)).json;
const made = answer => { assert.ok(answer.status >= 200 && answer.status < 300, answer.text); return answer; };
function refused(answer, status, words) {
  assert.equal(answer.status, status, answer.text.slice(0, 500));
  assert.equal(answer.json.resourceType, 'OperationOutcome');
  if (words) assert.match(answer.json.issue[0].details.text, words);
}
const link = (answer, relation) => answer.json.link.find(l => l.relation === relation)?.url;
const here = url => url.replace(/^.*\/fhir\//, '');

test('every kind of write leaves the version it replaced as it was', async () => {
  const plan = await clinic.plan(key, 'all-writes'), { id } = plan;
  const seen = new Map([[1, { fhir: await read(id), native: (await own('GET', `/care-plans/${id}`)).json }]]);
  const keep = async () => {
    const native = (await own('GET', `/care-plans/${id}`)).json;
    assert.ok(!seen.has(native.version), 'the write made a version');
    seen.set(native.version, { fhir: await read(id), native });
  };
  const post = async (target, json) => made(await clinic.post(key, `/care-plans/${id}${target}`, json)).json;
  await patch(id, [{ op: 'replace', path: '/title', value: 'Second' }]);
  await keep();
  await patch(id, [{ op: 'replace', path: '/activity/0/detail/scheduledTiming/repeat/duration', value: 50 }]); // another document
  await keep();
  const { session_id: planned } = await post('/sessions', { planned_on: '2099-01-01' }).catch(() => ({}));
  if (planned) await keep();
  const logged = await post('/sessions', { status: 'done', planned_on: '2026-11-20', minutes: 30, pain_before: 5, pain_after: 4 });
  await keep();
  const session = `/care-plans/${id}/sessions/${logged.session_id}`;
  const etag = (await own('GET', session)).headers.etag;
  made(await own('PATCH', session, { json: { notes: 'went well' }, headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag } }));
  await keep();
  made(await own('DELETE', session, { headers: { 'if-match': (await own('GET', session)).headers.etag } }));
  await keep();
  await post('/measurements', { instrument: 'nrs', score: 3 });
  await keep();
  await post('/clearances', { role: 'doctor', reason: 'looked at', recorded: new Date().toISOString().slice(0, 10) });
  await keep();
  const intake = intakeOf('office-worker');
  await post('/re-checks', { intake: { ...intake, pain: { ...intake.pain, intensity: 2 } } }); // other answers, another decision
  await keep();
  await post('/sessions', { status: 'done', planned_on: '2026-11-21', minutes: 20, adverse_events: [{ id: 'ae_bruise' }] });
  await keep();
  assert.ok(seen.size >= 9, `${seen.size} versions`);
  for (const [version, { fhir, native }] of seen) {
    const then = await get(`CarePlan/${id}/_history/${version}`);
    assert.equal(then.status, 200, then.text);
    assert.equal(then.headers.etag, `W/"${version}"`);
    assert.deepEqual(then.json, fhir, `version ${version}`);
    const ours = await own('GET', `/care-plans/${id}/versions/${version}`);
    assert.deepEqual(ours.json, native, `version ${version}, our own`);
    assert.equal(ours.headers.etag, `"${version}"`);
  }
  const answers = new Set([...seen.values()].map(({ native }) => native.intake.pain.intensity));
  assert.equal(answers.size, 2, 'the answers of then');
  assert.equal((await get(`CarePlan/${id}/_history/1`, { 'if-none-match': 'W/"1"' })).status, 304);
  const history = (await get(`CarePlan/${id}/_history`)).json;
  assert.equal(history.total, seen.size);
  assert.deepEqual(history.entry.map(e => e.resource), [...seen.values()].reverse().map(({ fhir }) => fhir));
});

test('pages of a history, what happened since, and as little of it as was asked for', async () => {
  const { id } = await clinic.plan(key, 'pages');
  for (let i = 2; i <= 6; i++) {
    if (i === 4) await sleep(1100); // _since is as fine as a second
    await patch(id, [{ op: 'replace', path: '/title', value: `Title ${i}` }]);
  }
  const versions = [];
  let answer = await get(`CarePlan/${id}/_history?_count=2&_elements=title`);
  for (; ;) {
    assert.equal(answer.json.total, 6);
    assert.match(link(answer, 'self'), new RegExp(`/CarePlan/${id}/_history\\?`));
    versions.push(...answer.json.entry.map(e => e.response.etag));
    assert.ok(answer.json.entry.every(e => e.resource.activity === undefined && e.resource.title), 'also on the next page');
    if (!link(answer, 'next')) break;
    answer = await get(here(link(answer, 'next')));
  }
  assert.deepEqual(versions, [6, 5, 4, 3, 2, 1].map(n => `W/"${n}"`));
  const { lastUpdated } = (await get(`CarePlan/${id}/_history/4`)).json.meta;
  const since = await get(`CarePlan/${id}/_history?_since=${lastUpdated}`);
  assert.deepEqual(since.json.entry.map(e => e.resource.meta.versionId), ['6', '5', '4']);
  assert.equal(since.json.total, 3);
  assert.match(decodeURIComponent(link(since, 'self')), /_since=/);
  const later = await get(`CarePlan/${id}/_history?_since=2100-01-01T00:00:00Z`);
  assert.equal(later.json.total, 0);
  assert.equal(later.json.entry, undefined);
  const counted = await get(`CarePlan/${id}/_history?_summary=count`);
  assert.equal(counted.json.total, 6);
  assert.equal(counted.json.entry, undefined);
  assert.equal((await get(`CarePlan/${id}/_history?_count=1000`)).json.entry.length, 6);
});

test('a deleted plan: 410 for its deletion, its versions before as they were', async () => {
  const { id } = await clinic.plan(key, 'gone');
  await patch(id, [{ op: 'replace', path: '/title', value: 'Last' }]);
  made(await fhirCall(clinic.service, 'DELETE', `/fhir/CarePlan/${id}`, { headers: as() }));
  refused(await get(`CarePlan/${id}`), 410);
  refused(await get(`CarePlan/${id}/_history/3`), 410, /deletion/);
  assert.equal((await own('GET', `/care-plans/${id}/versions/3`)).status, 410);
  assert.equal((await get(`CarePlan/${id}/_history/2`)).json.title, 'Last');
  assert.equal((await own('GET', `/care-plans/${id}/versions/1`)).json.version, 1);
  const { entry, total } = (await get(`CarePlan/${id}/_history`)).json;
  assert.equal(total, 3);
  assert.deepEqual(entry.map(e => e.request.method), ['DELETE', 'PUT', 'POST']);
  assert.equal(entry[0].resource, undefined);
  assert.equal(entry[1].resource.title, 'Last');
  made(await own('DELETE', '/patients/gone', { headers: { 'idempotency-key': 'erase' } }));
  refused(await get(`CarePlan/${id}/_history/2`), 404);
  refused(await get(`CarePlan/${id}/_history`), 404);
});

test('bad input, and what is somebody else\'s', async () => {
  const { id } = await clinic.plan(key, 'bad-input');
  for (const vid of ['0', '2', '01', 'x', '-1', '1.0', '999999999999999999', '99999999999999999999', '1%20', '%27'])
    refused(await get(`CarePlan/${id}/_history/${vid}`), 404);
  for (const target of [`CarePlan/${id}/_history/1`, `CarePlan/${id}/_history`]) {
    refused(await get(target, {}, other), 404);
    refused(await get(target, { authorization: 'Bearer nobody' }), 401);
  }
  for (const since of ['yesterday', 'ge2020-01-01', '2020-13-01', ''].filter(Boolean))
    refused(await get(`CarePlan/${id}/_history?_since=${since}`), 400);
  refused(await get(`CarePlan/${id}/_history?_cursor=forged`), 422);
  refused(await get(`CarePlan/${id}/_history?_at=2020`, { prefer: 'handling=strict' }), 400);
  const lenient = await get(`CarePlan/${id}/_history?_at=2020`);
  assert.equal(lenient.status, 200);
  assert.doesNotMatch(link(lenient, 'self'), /_at/, 'a history has no place for a warning; its self link tells');
  for (const version of ['0', '2', 'x', '1.0'])
    assert.ok([404, 422].includes((await own('GET', `/care-plans/${id}/versions/${version}`)).status), version);
  assert.equal((await own('GET', `/care-plans/${id}/versions/1`, { who: other })).status, 404);
});

test('metadata says what there is', async () => {
  const { json } = await get('metadata');
  const plan = json.rest[0].resource.find(r => r.type === 'CarePlan');
  for (const code of ['vread', 'history-instance']) assert.ok(plan.interaction.some(i => i.code === code));
  assert.equal(plan.readHistory, true);
});
