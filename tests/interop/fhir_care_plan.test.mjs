// CarePlan over FHIR: read, search, pages, change, history, and everything that is refused. Every body is held against the
// contract and the three validators.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { openClinic } from './lib/clinic.mjs';

let clinic, key, other, plans;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
  plans = [];
  for (const ref of ['p1', 'p2', 'https://clinic.example/mrn|77', 'p4', 'p5']) plans.push(await clinic.plan(key, ref));
});
after(() => clinic?.stop());

const as = (headers = {}, who = key) => ({ authorization: `Bearer ${who}`, ...headers });
const get = (target, headers, who) => fhirCall(clinic.service, 'GET', `/fhir/${target}`, { headers: as(headers, who) });
const put = (resource, headers) => fhirCall(clinic.service, 'PUT', `/fhir/CarePlan/${resource.id}`, { json: resource, headers: as(headers) });
const patch = (id, json, headers) => fhirCall(clinic.service, 'PATCH', `/fhir/CarePlan/${id}`,
  { json, headers: as({ 'content-type': 'application/json-patch+json; charset=UTF-8', ...headers }) });
const found = answer => (answer.json.entry ?? []).filter(e => e.search.mode === 'match').map(e => e.resource.id);
const self = answer => answer.json.link.find(l => l.relation === 'self').url;
const next = answer => answer.json.link.find(l => l.relation === 'next')?.url;
/** Refused with this status, and the place named. */
function refused(answer, status, expression) {
  assert.equal(answer.status, status, answer.text.slice(0, 1500));
  assert.equal(answer.json.resourceType, 'OperationOutcome');
  for (const issue of answer.json.issue) assert.ok(issue.code && issue.details.text, answer.text);
  if (expression) assert.ok(answer.json.issue.some(i => i.expression?.[0] === expression), `${expression} in ${answer.text.slice(0, 1500)}`);
}

test('read: ETag, Last-Modified, 304, HEAD; what is contraindicated stands there as doNotPerform', async () => {
  const answer = await get(`CarePlan/${plans[0].id}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.etag, 'W/"1"');
  assert.ok(!Number.isNaN(Date.parse(answer.headers['last-modified'])));
  const { json } = answer;
  assert.equal(json.subject.reference, 'Patient/p1');
  const [first, ...rest] = json.activity;
  assert.equal(first.detail.code.coding[0].code, plans[0].technique);
  assert.equal(first.detail.doNotPerform, undefined);
  assert.ok(rest.length > 0 && rest.every(a => a.detail.doNotPerform === true));
  assert.ok(rest.some(a => a.detail.code.coding[0].code === 'mld'));
  assert.equal((await get(`CarePlan/${plans[0].id}`, { 'if-none-match': 'W/"1"' })).status, 304);
  assert.equal((await get(`CarePlan/${plans[0].id}`, { 'if-none-match': 'W/"2"' })).status, 200);
  assert.equal((await fhirCall(clinic.service, 'HEAD', `/fhir/CarePlan/${plans[0].id}`, { headers: as() })).status, 200);
});

test('a reference with a system is an identifier with that system, and is searched so', async () => {
  const { json } = await get(`CarePlan/${plans[2].id}`);
  assert.deepEqual(json.subject.identifier, { system: 'https://clinic.example/mrn', value: '77' });
  assert.equal(json.subject.reference, undefined);
  assert.deepEqual(found(await get('CarePlan?subject:identifier=https://clinic.example/mrn|77')), [plans[2].id]);
  assert.deepEqual(found(await get('CarePlan?patient:identifier=77')), [], 'another system is another person');
});

test('what another tenant has is not there', async () => {
  refused(await get(`CarePlan/${plans[0].id}`, {}, other), 404);
  assert.deepEqual(found(await get('CarePlan', {}, other)), []);
  assert.deepEqual(found(await get(`CarePlan?_id=${plans[0].id}`, {}, other)), []);
  const outcome = await fhirCall(clinic.service, 'DELETE', `/fhir/CarePlan/${plans[0].id}`, { headers: as({}, other) });
  refused(outcome, 404);
  refused(await get('CarePlan', { authorization: 'Bearer nobody' }), 401);
  refused(await fhirCall(clinic.service, 'GET', '/fhir/CarePlan'), 401);
});

test('search by person, id, status, date, technique and time of change', async () => {
  for (const query of ['patient=p2', 'patient=Patient/p2', 'subject=Patient/p2', 'subject:Patient=p2', 'subject=https://clinic.example/fhir/Patient/p2',
    `_id=${plans[1].id}`, `identifier=${plans[1].id}`, `identifier=https://unknot.example/fhir/NamingSystem/care-plan|${plans[1].id}`,
    'patient=p2&status=active', 'patient=p2&date=ge2020&date=le2100', 'patient=p2&activity-code=swedish,thai', 'patient=p2&_lastUpdated=ge2020-01-01'])
    assert.deepEqual(found(await get(`CarePlan?${query}`)), [plans[1].id], query);
  for (const query of ['patient=nobody', 'patient=p2&status=completed', 'patient=p2&date=lt2020', 'patient=p2&date=sa2100', 'patient=p2&activity-code=thai',
    'patient=p2&_lastUpdated=lt2020', 'patient=p2&subject=p1', '_id=nonesuch', 'patient=p2&intent=order', 'patient=p2&category=diet', `_id=${plans[0].id}&patient=p2`])
    assert.deepEqual(found(await get(`CarePlan?${query}`)), [], query);
  assert.deepEqual(found(await get(`CarePlan?_id=${plans[0].id},${plans[1].id}`)).sort(), [plans[0].id, plans[1].id].sort());
});

test('pages: all, once, by links that bear an extra _count; _count is cut, never refused', async () => {
  for (const query of ['', '&_sort=_lastUpdated', '&_sort=-_lastUpdated']) {
    const seen = [];
    let answer = await get(`CarePlan?_count=2${query}`);
    for (;;) {
      seen.push(...found(answer));
      assert.match(self(answer), /_count=/);
      if (!next(answer)) break;
      assert.match(answer.headers.link, /rel="next"/);
      answer = await get(next(answer).replace(/^.*\/fhir\//, '') + (seen.length === 2 ? '&_count=1' : ''));
    }
    assert.equal(seen.length, plans.length);
    assert.deepEqual([...seen].sort(), plans.map(p => p.id).sort());
  }
  assert.equal(found(await get('CarePlan?_count=1000')).length, plans.length);
  assert.match(self(await get('CarePlan?_count=1000')), /_count=200/);
  refused(await get('CarePlan?_cursor=forged'), 422, 'http.cursor');
});

test('_summary, _elements, _total', async () => {
  const only = await get('CarePlan?_count=1&_elements=title');
  assert.deepEqual(Object.keys(only.json.entry[0].resource).sort(), ['id', 'intent', 'meta', 'resourceType', 'status', 'subject', 'title']);
  assert.equal(only.json.entry[0].resource.meta.tag[0].code, 'SUBSETTED');
  assert.equal((await get(`CarePlan/${plans[0].id}?_summary=true`)).json.activity, undefined);
  assert.equal((await get(`CarePlan/${plans[0].id}?_summary=data`)).json.text, undefined);
  assert.ok((await get(`CarePlan/${plans[0].id}?_summary=text`)).json.text.div);
  for (const query of ['_summary=count', '_count=0']) {
    const counted = await get(`CarePlan?${query}`);
    assert.equal(counted.json.total, plans.length);
    assert.equal(counted.json.entry, undefined);
  }
  assert.equal((await get('CarePlan?_count=1&_total=accurate')).json.total, plans.length);
  for (const query of ['', '&_total=none']) assert.equal((await get(`CarePlan?_count=1${query}`)).json.total, undefined, 'nobody asked');
  for (const query of ['_total=foo', '_summary=foo', '_count=abc']) {
    const lenient = await get(`CarePlan?patient=p1&${query}`);
    assert.match(lenient.json.entry.find(e => e.search.mode === 'outcome').resource.issue[0].details.text, new RegExp(query.split('=')[0]));
    assert.doesNotMatch(self(lenient), /foo|abc/);
    refused(await get(`CarePlan?patient=p1&${query}`, { prefer: 'handling=strict' }), 400, `http.${query.split('=')[0]}`);
  }
});

test('POST _search: the same as GET, and its pages go on', async () => {
  const search = body => call(clinic.service, 'POST', '/fhir/CarePlan/_search',
    { body, headers: as({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/fhir+json' }) });
  assert.deepEqual(found(await search('patient=p1&status=active')), [plans[0].id]);
  const first = await search('status=active&_count=3&_elements=title');
  const second = await get(next(first).replace(/^.*\/fhir\//, ''));
  assert.equal(new Set([...found(first), ...found(second)]).size, plans.length);
  assert.ok(second.json.entry.every(e => e.resource.activity === undefined));
  refused(await search('status=%ff'), 400);
});

test('unknown parameters: strict refuses, lenient says what was left out; whose record is meant is never left out', async () => {
  refused(await get('CarePlan?colour=red', { prefer: 'handling=strict' }), 400, 'http.colour');
  const lenient = await get('CarePlan?colour=red&patient=p1', { prefer: 'handling=lenient' });
  assert.deepEqual(found(lenient), [plans[0].id]);
  const outcome = lenient.json.entry.find(e => e.search.mode === 'outcome');
  assert.match(outcome.resource.issue[0].details.text, /colour/);
  assert.doesNotMatch(self(lenient), /colour/);
  assert.match(self(lenient), /patient=p1/);
  for (const query of ['patients=p1', 'Patient=p1', 'pateint=p1', 'patient.name=x', 'subject.name=7', 'patient:missing=true', 'patient=', 'patient=Group/1',
    'subject=Practitioner/1', 'subjct=p1', 'patient=p1,p2', 'patient=p1&patient=p2', '_ids=1', 'date=yesterday', '_lastUpdated=xx2020', '_sort=title', 'performer=Patient/1'])
    refused(await get(`CarePlan?${query}`), 400);
});

test('formats: both JSON types and the old spelling, _format before Accept, problem+json for who asks; 406, 415', async () => {
  const target = `/fhir/CarePlan/${plans[0].id}`;
  const type = async (accept, query = '') =>
    (await call(clinic.service, 'GET', target + query, { headers: as({ accept }) })).headers['content-type'];
  assert.equal(await type('application/json'), 'application/json');
  assert.equal(await type('application/json+fhir'), 'application/fhir+json');
  assert.equal(await type('*/*'), 'application/fhir+json');
  assert.equal(await type('text/html', '?_format=json'), 'application/json');
  assert.equal(await type('text/html', '?_format=application/fhir%2Bjson'), 'application/fhir+json');
  assert.equal(await type('text/html', '?_format=application/fhir+json'), 'application/fhir+json');
  refused(await get(`CarePlan/${plans[0].id}?_format=xml`), 406);
  refused(await call(clinic.service, 'GET', target, { headers: as({ accept: 'text/html' }) }), 406);
  refused(await fhirCall(clinic.service, 'PUT', target, { body: '<CarePlan/>', headers: as({ 'content-type': 'application/fhir+xml' }) }), 415);
  const problem = await call(clinic.service, 'GET', '/fhir/CarePlan/none', { headers: as({ accept: 'application/problem+json' }) });
  assert.equal(problem.json.code, 'not_found');
  refused(await get('Nonsense/1'), 404);
  refused(await get('CarePlan/none'), 404);
  refused(await fhirCall(clinic.service, 'DELETE', '/fhir/CarePlan', { headers: as() }), 405);
});

test('PATCH: one version more; If-Match in every spelling; Prefer; a test that fails changes nothing', async () => {
  const { id } = await clinic.plan(key, 'patched');
  const title = await patch(id, [{ op: 'replace', path: '/title', value: 'Mine <script>alert(1)</script> & more' }], { prefer: 'return=presentation' });
  assert.equal(title.status, 200);
  assert.equal(title.headers.etag, 'W/"2"');
  assert.match(title.json.text.div, /&lt;script&gt;/, 'a hostile title is text in the narrative');
  for (const match of ['W/"2"', '"3"', '4']) {
    const answer = await patch(id, [{ op: 'replace', path: '/title', value: `after ${match}` }], { 'if-match': match });
    assert.equal(answer.status, 200, `${match} ${answer.text}`);
  }
  refused(await patch(id, [{ op: 'replace', path: '/title', value: 'x' }], { 'if-match': 'W/"2"' }), 412);
  const held = await patch(id, [{ op: 'test', path: '/status', value: 'active' }, { op: 'replace', path: '/status', value: 'on-hold' }], { prefer: 'return=minimal' });
  assert.equal(held.status, 204);
  assert.equal(held.text, '');
  assert.equal(held.headers['preference-applied'], 'return=minimal');
  refused(await patch(id, [{ op: 'test', path: '/status', value: 'active' }, { op: 'replace', path: '/title', value: 'never' }]), 422, 'patch[0].path');
  const outcome = await patch(id, [{ op: 'replace', path: '/activity/0/detail/scheduledTiming/repeat/duration', value: 50 }], { prefer: 'return=OperationOutcome' });
  assert.equal(outcome.json.issue[0].severity, 'information');
  const now = (await get(`CarePlan/${id}`)).json;
  assert.equal(now.activity[0].detail.scheduledTiming.repeat.duration, 50);
  assert.equal(now.status, 'on-hold');
  assert.equal(now.meta.versionId, '7');
  const native = await call(clinic.service, 'GET', `/care-plans/${id}`, { headers: as() });
  assert.equal(native.json.version, 7, 'one store');
  assert.equal(native.json.plan.dose.minutes.start, 50);
});

test('PATCH refuses what is no patch, and what the service decides', async () => {
  const { id } = plans[3];
  refused(await patch(id, [{ op: 'bla', path: '/title' }]), 400, 'patch[0].op');
  refused(await patch(id, [{ op: 'add', path: 'title', value: 1 }]), 400, 'patch[0].path');
  refused(await patch(id, [{ op: 'add', path: '/title' }]), 400, 'patch[0].value');
  refused(await patch(id, [{ op: 'replace', path: '/nothing/here', value: 1 }]), 422, 'patch[0].path');
  refused(await patch(id, [{ op: 'remove', path: '/activity/1' }]), 422, 'CarePlan.activity');
  refused(await patch(id, [{ op: 'replace', path: '/activity/1/detail/doNotPerform', value: false }]), 422);
  refused(await patch(id, [{ op: 'replace', path: '/activity/0/detail/code/coding/0/code', value: 'mld' }]), 422, 'CarePlan.activity');
  refused(await patch(id, [{ op: 'replace', path: '/activity/0/detail/code/coding/0/code', value: 'sweedish' }]), 422, 'CarePlan.activity[0].detail.code');
  refused(await patch(id, [{ op: 'replace', path: '/note/0/text', value: 'press hard' }]), 422, 'CarePlan.note');
  refused(await patch(id, [{ op: 'replace', path: '/subject/reference', value: 'Patient/other' }]), 422, 'CarePlan.subject.reference');
  refused(await patch(id, [{ op: 'replace', path: '/status', value: 'entered-in-error' }]), 422, 'CarePlan.status');
  refused(await patch(id, [{ op: 'add', path: '/extension', value: [{ url: 'x', valueString: 'y' }] }]), 422, 'CarePlan.extension');
  refused(await patch(id, [{ op: 'add', path: '/modifierExtension', value: [{ url: 'x', valueBoolean: true }] }]), 422, 'CarePlan.modifierExtension');
  const bomb = [{ op: 'add', path: '/x', value: [] }, ...Array(199).fill({ op: 'copy', from: '', path: '/x/-' })];
  refused(await patch(id, bomb), 422);
  assert.equal((await get(`CarePlan/${id}`)).json.meta.versionId, '1');
});

test('PUT: needs to know the version, keeps what was read, makes nothing new', async () => {
  const { id } = await clinic.plan(key, 'putted');
  const resource = (await get(`CarePlan/${id}`)).json;
  const same = await put(resource);
  assert.equal(same.status, 200);
  assert.equal(same.headers.etag, 'W/"1"', 'nothing differs, no new version');
  const changed = await put({ ...resource, title: 'Another title', status: 'on-hold' });
  assert.equal(changed.headers.etag, 'W/"2"');
  assert.equal(changed.json.title, 'Another title');
  refused(await put({ ...resource, title: 'Late' }), 412);
  refused(await put({ ...resource, meta: undefined, title: 'Blind' }), 428);
  const knowing = await put({ ...resource, meta: undefined, title: 'Knowing' }, { 'if-match': 'W/"2"' });
  assert.equal(knowing.headers.etag, 'W/"3"', knowing.text);
  refused(await fhirCall(clinic.service, 'PUT', `/fhir/CarePlan/${id}`, { json: { ...resource, id: plans[0].id }, headers: as() }), 400, 'CarePlan.id');
  refused(await fhirCall(clinic.service, 'PUT', `/fhir/CarePlan/${id}`, { json: { resourceType: 'Patient', id }, headers: as() }), 400);
  refused(await fhirCall(clinic.service, 'PUT', '/fhir/CarePlan/nonesuch', { json: { resourceType: 'CarePlan', id: 'nonesuch' }, headers: as() }), 405);
  refused(await fhirCall(clinic.service, 'PUT', `/fhir/CarePlan/${id}`, { body: '{"resourceType":"CarePlan",', headers: as() }), 400);
  refused(await put({ resourceType: 'CarePlan', id, meta: { versionId: '3' } }), 422, 'CarePlan.status');
});

test('DELETE, then 410, and the history of it', async () => {
  const { id } = await clinic.plan(key, 'deleted');
  await patch(id, [{ op: 'replace', path: '/title', value: 'Second' }]);
  const history = await get(`CarePlan/${id}/_history`);
  assert.equal(history.json.type, 'history');
  assert.deepEqual(history.json.entry.map(e => e.response.etag), ['W/"2"', 'W/"1"']);
  assert.equal(history.json.entry[0].resource.title, 'Second');
  assert.equal((await get(`CarePlan/${id}/_history/2`)).json.title, 'Second');
  refused(await get(`CarePlan/${id}/_history/9`), 404);
  refused(await fhirCall(clinic.service, 'DELETE', `/fhir/CarePlan/${id}`, { headers: as({ 'if-match': 'W/"1"' }) }), 412);
  assert.equal((await fhirCall(clinic.service, 'DELETE', `/fhir/CarePlan/${id}`, { headers: as() })).status, 204);
  refused(await get(`CarePlan/${id}`), 410);
  assert.equal((await get(`CarePlan/${id}/_history`)).json.entry[0].request.method, 'DELETE');
  assert.deepEqual(found(await get('CarePlan?patient=deleted')), []);
});
