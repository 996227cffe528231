// POST /fhir: a transaction is stored whole or not at all; the entries of a batch stand for themselves; and a CarePlan that
// is only made where there is none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { intakeOf, openClinic } from './lib/clinic.mjs';
import { responseOf } from './lib/responses.mjs';

const CODES = 'https://unknot.example/fhir/CodeSystem';
let clinic, key;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
});
after(() => clinic?.stop());

let number = 0;
const urn = () => `urn:uuid:00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
const as = (who, headers) => ({ authorization: `Bearer ${who ?? key}`, ...headers });
const send = (method, target, json, headers, who) => fhirCall(clinic.service, method, `/fhir${target}`, { json, headers: as(who, headers) });
const bundle = (entry, type = 'transaction') => ({ resourceType: 'Bundle', type, ...(entry.length ? { entry } : {}) });
const transact = (entries, headers, who) => send('POST', '', bundle(entries), headers, who);
const batch = (entries, headers) => send('POST', '', bundle(entries, 'batch'), headers);
const post = (resource, fullUrl = urn(), more) => ({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType, ...more } });
const care = (subject, more, intake = intakeOf('office-worker')) => ({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${subject}` },
  contained: [{ ...responseOf(intake), id: 'answers' }], ...more });
const session = (plan, subject, day, more) => ({ resourceType: 'Procedure', status: 'preparation', basedOn: [{ reference: plan }], subject: { reference: `Patient/${subject}` }, performedDateTime: day, ...more });
const score = (plan, subject, value = 4) => ({ resourceType: 'Observation', status: 'final', basedOn: [{ reference: plan }], subject: { reference: `Patient/${subject}` },
  code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value } });
const event = (after, subject) => ({ resourceType: 'AdverseEvent', actuality: 'actual', subject: { reference: `Patient/${subject}` },
  event: { coding: [{ system: `${CODES}/adverse-event`, code: 'ae_soreness' }] }, suspectEntity: [{ instance: { reference: after } }] });
const plansOf = async subject => (await send('GET', `/CarePlan?patient=${subject}&_count=100`)).json.entry ?? [];
const kept = async subject => (await send('GET', `/Patient/${subject}/$everything`)).json.entry?.length;
const made = async (subject, more) => (await send('POST', '/CarePlan', care(subject, more))).json;
function refused(answer, status, expression) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.resourceType, 'OperationOutcome');
  if (expression) assert.ok(answer.json.issue.some(i => i.expression?.[0] === expression), `${expression} in ${answer.text}`);
}
const statuses = answer => answer.json.entry.map(e => e.response.status.split(' ')[0]);

test('a plan with its sessions, a score and what happened: one transaction, in whatever order', async () => {
  const plan = urn(), done = urn();
  const answer = await transact([
    { request: { method: 'GET', url: 'Procedure?patient=whole' } },
    post(event(done, 'whole')),
    post(session(plan, 'whole', '2026-11-02', { status: 'completed' }), done),
    post(session(plan, 'whole', '2027-01-04')),
    post(score(plan, 'whole')),
    post(care('whole'), plan),
  ]);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.type, 'transaction-response');
  assert.deepEqual(statuses(answer), ['200', '201', '201', '201', '201', '201']);
  const [found, ae, first, second, observation, own] = answer.json.entry;
  assert.equal(found.resource.type, 'searchset');
  assert.equal(found.resource.entry.length, 2, 'GET comes last, and sees what was made');
  for (const entry of [ae, first, second, observation, own]) {
    assert.ok(entry.response.location.startsWith(`${clinic.service.url}/fhir/${entry.resource.resourceType}/${entry.resource.id}`), entry.response.location);
    assert.equal(entry.response.etag, `W/"${entry.resource.meta.versionId}"`);
    assert.equal(entry.response.lastModified, entry.resource.meta.lastUpdated);
    const now = await send('GET', `/${entry.resource.resourceType}/${entry.resource.id}`);
    assert.deepEqual(now.json, entry.resource, 'as it is at the end of the transaction');
    assert.equal(now.headers.etag, entry.response.etag);
  }
  for (const entry of [first, second, observation]) assert.equal(entry.resource.basedOn[0].reference, `CarePlan/${own.resource.id}`);
  assert.equal(ae.resource.suspectEntity[0].instance.reference, `Procedure/${first.resource.id}`);
  assert.match(own.response.location, /_history\/\d+$/);
  const native = (await call(clinic.service, 'GET', `/care-plans/${own.resource.id}/sessions`, { headers: as() })).json;
  assert.equal(native.items.length, 2, 'one store');
  const audit = (await call(clinic.service, 'GET', '/audit-events?patient=whole&limit=50', { headers: as() })).json;
  for (const action of ['care_plan.create', 'session.plan', 'session.log', 'session.change', 'measurement.add'])
    assert.ok(audit.items.some(e => e.action === action), `${action} is in the audit log`);
});

test('what Prefer asks for; a trailing slash; nothing at all', async () => {
  const minimal = await transact([post(care('prefer'))], { prefer: 'return=minimal' });
  assert.equal(minimal.json.entry[0].resource, undefined);
  assert.ok(minimal.json.entry[0].response.location);
  const told = await transact([post(care('prefer', { description: 'not kept' }))], { prefer: 'return=OperationOutcome' });
  assert.deepEqual(told.json.entry[0].response.outcome.issue.filter(i => i.severity === 'warning').map(i => i.expression[0]), ['CarePlan.description']);
  refused(await transact([post(care('prefer', { description: 'not kept' }))], { prefer: 'handling=strict' }), 422, 'Bundle.entry[0].resource.description');
  const slash = await fetch(`${clinic.service.url}/fhir/`, { method: 'POST', headers: as(key, { 'content-type': 'application/fhir+json' }), body: JSON.stringify(bundle([])) });
  assert.equal(slash.status, 200);
  assert.deepEqual((await transact([])).json, { resourceType: 'Bundle', type: 'transaction-response' });
});

test('update, patch and delete with their versions, in R4\'s order', async () => {
  const one = await made('order'), two = await made('order'), three = await made('order');
  const patch = Buffer.from(JSON.stringify([{ op: 'replace', path: '/status', value: 'on-hold' }])).toString('base64');
  const answer = await transact([
    { request: { method: 'GET', url: `${clinic.service.url}/fhir/CarePlan/${one.id}` } },
    { resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: patch }, request: { method: 'PATCH', url: `CarePlan/${two.id}`, ifMatch: 'W/"1"' } },
    { resource: { ...one, title: 'Renamed' }, request: { method: 'PUT', url: `CarePlan/${one.id}`, ifMatch: 'W/"1"' } },
    { request: { method: 'DELETE', url: `CarePlan/${three.id}` } },
    { request: { method: 'GET', url: `CarePlan/${two.id}`, ifNoneMatch: 'W/"2"' } },
  ]);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(statuses(answer), ['200', '200', '200', '204', '304']);
  assert.equal(answer.json.entry[0].resource.title, 'Renamed');
  assert.equal(answer.json.entry[1].resource.status, 'on-hold');
  assert.equal((await send('GET', `/CarePlan/${three.id}`)).status, 410);
  const late = await transact([
    { request: { method: 'DELETE', url: `CarePlan/${two.id}` } },
    { resource: { ...answer.json.entry[0].resource, title: 'Late' }, request: { method: 'PUT', url: `CarePlan/${one.id}`, ifMatch: 'W/"1"' } }]);
  refused(late, 412, 'Bundle.entry[1]');
  assert.equal((await send('GET', `/CarePlan/${two.id}`)).status, 200, 'the delete was undone');
});

for (const [what, entries, status, expression] of [
  ['a session too near to another', plan => [post(session(plan, 'none', '2027-01-04')), post(session(plan, 'none', '2027-01-05'))], 409, /entry\[2\]/],
  ['a session of another patient', plan => [post(session(plan, 'else', '2027-01-04'))], 422, 'Bundle.entry[1].resource.subject.reference'],
  ['a score that is none', plan => [post(score(plan, 'none', 11))], 422, 'Bundle.entry[1].resource.valueQuantity.value'],
  ['a plan of another patient beside it', () => [post(care('else'))], 422, 'Bundle.entry[1]'],
  ['a name nobody has', () => [post(session(urn(), 'none', '2027-01-04'))], 422, 'Bundle.entry[1].resource.basedOn[0].reference'],
  ['a reference by a search', () => [post(session('CarePlan?patient=none', 'none', '2027-01-04'))], 422, 'Bundle.entry[1].resource.basedOn[0].reference'],
  ['an update of what is not there', () => [{ resource: { resourceType: 'CarePlan', id: 'nonesuch', meta: { versionId: '1' } }, request: { method: 'PUT', url: 'CarePlan/nonesuch' } }], 422, 'Bundle.entry[1]'],
  ['a read of what is not there', () => [{ request: { method: 'GET', url: 'CarePlan/nonesuch' } }], 404, 'Bundle.entry[1]'],
  ['a search that is not understood', () => [{ request: { method: 'GET', url: 'CarePlan?patientt=none' } }], 400, 'Bundle.entry[1].request.url', 'handling=strict'],
  ['a resource of another type than the url', () => [{ resource: score('CarePlan/x', 'none'), request: { method: 'POST', url: 'Procedure' } }], 400, 'Bundle.entry[1].resource.resourceType'],
  ['a patch that cannot be applied', plan => [{ resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: 'W10=' }, request: { method: 'PATCH', url: 'CarePlan/nonesuch' } }], 404, 'Bundle.entry[1]'],
])
  test(`one entry that fails, and nothing is stored: ${what}`, async () => {
    const plan = urn();
    const answer = await transact([post(care('none'), plan), ...entries(plan)], /patientt/.test(String(entries)) ? { prefer: 'handling=strict' } : {});
    refused(answer, status, typeof expression === 'string' ? expression : undefined);
    assert.ok(answer.json.issue.some(i => /^Bundle\.entry\[\d+\]/.test(i.expression?.[0] ?? '')), answer.text);
    assert.ok(answer.json.issue.some(i => /Nothing of the Bundle was stored/.test(i.details.text)), answer.text);
    assert.equal((await send('GET', '/CarePlan?patient=none')).json.entry, undefined);
    assert.equal((await send('GET', '/Patient/none/$everything')).status, 404, 'not even the patient is known');
  });

test('two that refer to each other cannot be made', async () => {
  const one = urn(), two = urn();
  refused(await transact([post(session(two, 'round', '2027-01-04'), one), post(session(one, 'round', '2027-01-04'), two)]), 422, 'Bundle.entry[0]');
});

for (const [what, body, status, expression] of [
  ['no type', { resourceType: 'Bundle' }, 422, 'Bundle.type'],
  ['a type that is no request', { resourceType: 'Bundle', type: 'collection' }, 422, 'Bundle.type'],
  ['no Bundle', { resourceType: 'CarePlan', type: 'transaction' }, 400, 'CarePlan.resourceType'],
  ['an entry that is no object', bundle([7]), 422, 'Bundle.entry[0].request.method'],
  ['entries that are no list', { resourceType: 'Bundle', type: 'transaction', entry: {} }, 422, 'Bundle.entry'],
  ['no request', bundle([{ resource: { resourceType: 'CarePlan' } }]), 422, 'Bundle.entry[0].request.method'],
  ['a method that is none', bundle([{ request: { method: 'HEAD', url: 'CarePlan' } }]), 422, 'Bundle.entry[0].request.method'],
  ['a url that leads nowhere', bundle([{ request: { method: 'GET', url: 'Patient/p1' } }]), 422, 'Bundle.entry[0].request.url'],
  ['a url of another server', bundle([{ request: { method: 'GET', url: 'https://other.example/fhir/CarePlan/x' } }]), 422, 'Bundle.entry[0].request.url'],
  ['an operation', bundle([{ request: { method: 'GET', url: 'Patient/p1/$everything' } }]), 422, 'Bundle.entry[0].request.url'],
  ['a Bundle in a Bundle', bundle([{ resource: { resourceType: 'Bundle' }, request: { method: 'POST', url: '' } }]), 422, 'Bundle.entry[0].request.url'],
  ['an export', bundle([{ request: { method: 'GET', url: '$export' } }]), 422, 'Bundle.entry[0].request.url'],
  ['no resource', bundle([{ request: { method: 'POST', url: 'CarePlan' } }]), 422, 'Bundle.entry[0].resource'],
  ['a patch that is no Binary', bundle([{ resource: { resourceType: 'Parameters' }, request: { method: 'PATCH', url: 'CarePlan/x' } }]), 422, 'Bundle.entry[0].resource'],
  ['a query that cannot be read', bundle([{ request: { method: 'GET', url: 'CarePlan?patient=%zz' } }]), 422, 'Bundle.entry[0].request.url'],
  ['a name twice', bundle([post({ resourceType: 'CarePlan' }, 'urn:uuid:1'), post({ resourceType: 'CarePlan' }, 'urn:uuid:1')]), 422, 'Bundle.entry[1].fullUrl'],
  ['too many entries', bundle(Array.from({ length: 101 }, () => ({ request: { method: 'GET', url: 'CarePlan' } }))), 422, 'Bundle.entry'],
])
  test(`refused as a whole: ${what}`, async () => refused(await send('POST', '', body), status, expression));

test('more than the limit of bytes is 413; broken JSON is 400', async () => {
  const large = await fhirCall(clinic.service, 'POST', '/fhir', { body: JSON.stringify(bundle([post(care('x', { note: [{ text: 'x'.repeat(1_100_000) }] }))])), headers: as() });
  refused(large, 413);
  refused(await fhirCall(clinic.service, 'POST', '/fhir', { body: '{"resourceType":"Bundle"', headers: as() }), 400);
});

test('a red flag outranks whatever else is wrong', async () => {
  const flagged = { ...intakeOf('office-worker'), none_of: [], findings: [{ id: 'rf_saddle', state: 'present' }] };
  const told = answer => {
    assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
    assert.equal(answer.json.issue[0].severity, 'fatal', answer.text);
    assert.equal(answer.json.issue[0].details.coding[0].code, 'emergency');
  };
  told(await transact([post(care('flag', {}, flagged))]));
  told(await transact([post(score('CarePlan/nonesuch', 'flag')), post(care('flag')), post(care('flag', {}, flagged))]));
  told(await transact([{ request: { method: 'HEAD', url: '' } }, post(care('flag', {}, flagged))]));
  assert.equal((await plansOf('flag')).length, 0);
});

test('each entry needs its scope', async () => {
  const reader = clinic.key('--scopes', 'plans:read'), scorer = clinic.key('--scopes', 'plans:read,measurements:write');
  const plan = await made('scopes');
  refused(await transact([post(care('scopes'))], {}, reader), 403, 'Bundle.entry[0]');
  assert.equal((await transact([post(score(`CarePlan/${plan.id}`, 'scopes'))], {}, scorer)).status, 200);
  refused(await transact([post(score(`CarePlan/${plan.id}`, 'scopes')), post(session(`CarePlan/${plan.id}`, 'scopes', '2027-01-04'))], {}, scorer), 403, 'Bundle.entry[1]');
  refused(await transact([], {}, clinic.key('--scopes', 'measurements:write')), 403);
});

test('the same Idempotency-Key gives the same answer, and nothing twice', async () => {
  const plan = urn(), entries = [post(care('again'), plan), post(session(plan, 'again', '2027-01-04'))], once = { 'idempotency-key': 'bundle-1' };
  const first = await transact(entries, once);
  assert.equal(first.status, 200, first.text);
  await send('PATCH', `/CarePlan/${first.json.entry[0].resource.id}`, [{ op: 'replace', path: '/title', value: 'Since' }], { 'content-type': 'application/json-patch+json' });
  const again = await transact(entries, once);
  assert.equal(again.text, first.text);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal((await plansOf('again')).length, 1);
  refused(await transact([post(care('again'))], once), 422);
  const twin = [post(care('many'))];
  const parallel = await Promise.all(Array.from({ length: 8 }, () => transact(twin, { 'idempotency-key': 'bundle-2' })));
  for (const answer of parallel) assert.ok([200, 409].includes(answer.status), answer.text);
  assert.equal((await plansOf('many')).length, 1);
});

test('entries of a batch stand for themselves', async () => {
  const plan = await made('batch');
  const entries = [post(score(`CarePlan/${plan.id}`, 'batch')), { request: { method: 'GET', url: 'CarePlan/nonesuch' } }, post(score(`CarePlan/${plan.id}`, 'batch', 11)),
    { request: { method: 'HEAD', url: 'CarePlan' } }, { request: { method: 'GET', url: `Observation?patient=batch` } }, post(care('batch', { status: 'completed' }))];
  const answer = await batch(entries, { 'idempotency-key': 'batch-1' });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.type, 'batch-response');
  assert.deepEqual(statuses(answer), ['201', '404', '422', '422', '200', '422']);
  assert.equal(answer.json.entry[2].response.outcome.issue[0].expression[0], 'Observation.valueQuantity.value');
  assert.equal(answer.json.entry[4].resource.entry.length, 1);
  const again = await batch(entries, { 'idempotency-key': 'batch-1' });
  assert.equal(again.json.entry[0].response.location, answer.json.entry[0].response.location, 'each entry has a key of its own');
  assert.equal((await send('GET', '/Observation?patient=batch')).json.entry.length, 1);
});

test('If-None-Exist: made once, found, or not selective enough', async () => {
  const condition = { 'if-none-exist': 'patient=cond&status=active' };
  const first = await send('POST', '/CarePlan', care('cond'), condition);
  assert.equal(first.status, 201, first.text);
  const again = await send('POST', '/CarePlan', care('cond', { title: 'Another' }), condition);
  assert.equal(again.status, 200, again.text);
  assert.equal(again.json.id, first.json.id);
  assert.equal(again.headers.etag, 'W/"1"');
  assert.match(again.headers.location, new RegExp(`/CarePlan/${first.json.id}/_history/1$`));
  const byId = await send('POST', '/CarePlan', care('cond'), { 'if-none-exist': `identifier=${encodeURIComponent(`https://unknot.example/fhir/NamingSystem/care-plan|${first.json.id}`)}` });
  assert.equal(byId.status, 200, byId.text);
  await made('cond');
  refused(await send('POST', '/CarePlan', care('cond'), condition), 412);
  refused(await send('POST', '/CarePlan', care('cond'), { 'if-none-exist': 'identifier=https://clinic.example|77' }), 400, 'http.identifier');
  refused(await send('POST', '/CarePlan', care('cond'), { 'if-none-exist': 'patientt=cond' }), 400);
  refused(await send('POST', '/CarePlan', care('cond'), { 'if-none-exist': 'patient=%zz' }), 400);
  refused(await send('POST', '/Observation', score(`CarePlan/${first.json.id}`, 'cond'), { 'if-none-exist': 'patient=cond' }), 400);
  assert.equal((await plansOf('cond')).length, 2);
  const inBundle = await transact([post(care('cond2'), urn(), { ifNoneExist: 'patient=cond2' })]);
  assert.deepEqual(statuses(inBundle), ['201']);
  const plan = urn();
  const found = await transact([post(care('cond2'), plan, { ifNoneExist: 'patient=cond2' }), post(session(plan, 'cond2', '2027-01-04'))]);
  assert.deepEqual(statuses(found), ['200', '201'], found.text);
  assert.equal(found.json.entry[1].resource.basedOn[0].reference, `CarePlan/${inBundle.json.entry[0].resource.id}`, 'what was found is referred to');
});

test('sixteen conditional creates at once make one plan', async () => {
  const answers = await Promise.all(Array.from({ length: 16 }, () => send('POST', '/CarePlan', care('race'), { 'if-none-exist': 'patient=race' })));
  for (const answer of answers) assert.ok([200, 201, 409].includes(answer.status), answer.text);
  assert.equal(answers.filter(a => a.status === 201).length, 1);
  assert.equal((await plansOf('race')).length, 1);
});

test('metadata says so', async () => {
  const { json } = await send('GET', '/metadata');
  assert.deepEqual(json.rest[0].interaction.map(i => i.code).sort(), ['batch', 'transaction']);
  for (const { type, conditionalCreate } of json.rest[0].resource) assert.equal(conditionalCreate ?? false, type === 'CarePlan', type);
});
