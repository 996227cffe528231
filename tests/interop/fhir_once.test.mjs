// Idempotency-Key on FHIR writes: a request that is sent again gets the first answer, word for word, whatever became of the
// resource since; twins at the same moment are one write.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fhirCall } from './lib/fhir_call.mjs';
import { intakeOf, openClinic } from './lib/clinic.mjs';
import { responseOf } from './lib/responses.mjs';

let clinic, key;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
});
after(() => clinic?.stop());

const PATCH = { 'content-type': 'application/json-patch+json' };
const send = (method, target, json, headers) => fhirCall(clinic.service, method, `/fhir/${target}`, { json, headers: { authorization: `Bearer ${key}`, ...headers } });
const wanted = (subject, more) => ({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${subject}` },
  contained: [{ ...responseOf(intakeOf('office-worker')), id: 'answers' }], ...more });
const made = async subject => (await send('POST', 'CarePlan', wanted(subject))).json;
const versions = async id => (await send('GET', `CarePlan/${id}/_history`)).json.total;
const told = ['etag', 'location', 'last-modified', 'content-type', 'preference-applied'];

/** Sends it twice, with something else done between; the second answer is the first. */
async function twice(name, method, target, json, headers, between) {
  const once = { ...headers, 'idempotency-key': name };
  const first = await send(method, target, json, once);
  assert.ok(first.status < 300, first.text);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  await between?.(first);
  const again = await send(method, target, json, once);
  assert.equal(again.status, first.status, again.text);
  assert.equal(again.text, first.text);
  for (const header of told) assert.equal(again.headers[header], first.headers[header], header);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  return first;
}
const retitle = async id => assert.equal((await send('PATCH', `CarePlan/${id}`, [{ op: 'replace', path: '/title', value: `At ${Math.random()}` }], PATCH)).status, 200);

test('a create', async () => {
  const first = await twice('create', 'POST', 'CarePlan', wanted('c1'), {}, answer => retitle(answer.json.id));
  assert.equal(await versions(first.json.id), 2);
  await twice('quiet', 'POST', 'CarePlan', wanted('c1'), { prefer: 'return=minimal' });
});

test('an update whose If-Match no longer holds, and a patch that could not be applied again', async () => {
  const plan = await made('u1');
  await twice('update', 'PUT', `CarePlan/${plan.id}`, { ...plan, title: 'First' }, { 'if-match': 'W/"1"' }, () => retitle(plan.id));
  assert.equal(await versions(plan.id), 3);
  const steps = [{ op: 'test', path: '/status', value: 'active' }, { op: 'replace', path: '/status', value: 'on-hold' }];
  await twice('patch', 'PATCH', `CarePlan/${plan.id}`, steps, PATCH, () => retitle(plan.id));
  assert.equal(await versions(plan.id), 5);
  assert.equal((await send('PATCH', `CarePlan/${plan.id}`, steps, PATCH)).status, 422, 'without the key it is another request');
});

test('a delete, and an Observation', async () => {
  const plan = await made('d1');
  const score = { resourceType: 'Observation', status: 'final', basedOn: [{ reference: `CarePlan/${plan.id}` }], subject: { reference: 'Patient/d1' },
    code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 4 } };
  await twice('score', 'POST', 'Observation', score);
  assert.equal((await send('GET', 'Observation?patient=d1')).json.entry.length, 1);
  await twice('delete', 'DELETE', `CarePlan/${plan.id}`);
  assert.equal((await send('DELETE', `CarePlan/${plan.id}`)).status, 410);
});

test('another body is 422; what was refused is not kept', async () => {
  const plan = await made('o1'), once = { 'idempotency-key': 'other' };
  const late = await send('PUT', `CarePlan/${plan.id}`, { ...plan, title: 'Late' }, { ...once, 'if-match': 'W/"7"' });
  assert.equal(late.status, 412, late.text);
  assert.equal((await send('PUT', `CarePlan/${plan.id}`, { ...plan, title: 'In time' }, { ...once, 'if-match': 'W/"1"' })).status, 200);
  assert.equal((await send('PUT', `CarePlan/${plan.id}`, { ...plan, title: 'Another' }, { ...once, 'if-match': 'W/"2"' })).status, 422);
  assert.equal((await send('PUT', `CarePlan/${plan.id}`, { ...plan, title: 'X' }, { 'idempotency-key': 'no\tkey' })).status, 400);
  assert.equal(await versions(plan.id), 2);
});

test('sixteen twins at once are one plan', async () => {
  const answers = await Promise.all(Array.from({ length: 16 }, () => send('POST', 'CarePlan', wanted('twin'), { 'idempotency-key': 'twins' })));
  const statuses = new Set(answers.map(a => a.status));
  for (const answer of answers) assert.ok([201, 409].includes(answer.status), answer.text);
  assert.ok(statuses.has(201));
  assert.equal((await send('GET', 'CarePlan?patient=twin')).json.entry.length, 1);
  assert.equal((await send('POST', 'CarePlan', wanted('twin'), { 'idempotency-key': 'twins' })).headers['idempotency-replayed'], 'true');
});

test('an answer is forgotten with the person it tells of', async () => {
  const once = { 'idempotency-key': 'erased' };
  const first = await send('POST', 'CarePlan', wanted('gone'), once);
  const erased = await fhirCall(clinic.service, 'DELETE', '/patients/gone', { headers: { authorization: `Bearer ${key}`, accept: 'application/json' } });
  assert.ok(erased.status < 300, erased.text);
  const again = await send('POST', 'CarePlan', wanted('gone'), once);
  assert.equal(again.status, 201);
  assert.notEqual(again.json.id, first.json.id, 'nothing of the first is left to answer with');
});
