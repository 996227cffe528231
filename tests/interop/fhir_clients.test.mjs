// The clients that record systems are made of walk through everything: fhir-kit-client, the SMART client, Medplum's.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { intakeOf, openClinic } from './lib/clinic.mjs';
import { assertFhir } from './lib/fhir_validate.mjs';
import { responseOf } from './lib/responses.mjs';

const require = createRequire(import.meta.url);
let clinic, key, base;
before(async () => {
  clinic = await openClinic({ 'jwt-token-url': 'https://auth.clinic.example/token' });
  key = clinic.key();
  base = `${clinic.service.url}/fhir`;
  for (let i = 0; i < 5; i++) await clinic.plan(key, 'many');
});
after(() => clinic?.stop());

const wanted = subject => ({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${subject}` },
  contained: [{ ...responseOf(intakeOf('office-worker')), id: 'answers' }] });
/** A plan and its first session, as one Bundle. */
const together = (subject, plan = 'urn:uuid:6f1b1c9e-0d3e-4a55-9d0b-5c1d3c1f0a01') => ({ resourceType: 'Bundle', type: 'transaction', entry: [
  { fullUrl: plan, resource: wanted(subject), request: { method: 'POST', url: 'CarePlan' } },
  { resource: { resourceType: 'Procedure', status: 'preparation', basedOn: [{ reference: plan }], subject: { reference: `Patient/${subject}` }, performedDateTime: '2027-01-04' }, request: { method: 'POST', url: 'Procedure' } }] });
const status = async promise => {
  try { await promise; } catch (error) { return error.response?.status ?? error.status ?? error.statusCode ?? error.outcome?.id ?? error.message; }
  throw new Error('nothing was refused');
};

test('fhir-kit-client', async () => {
  const { Client } = await import('fhir-kit-client');
  const client = new Client({ baseUrl: base, bearerToken: key });
  const { __response, ...capability } = await client.capabilityStatement();
  assertFhir(capability);
  assert.equal((await client.smartAuthMetadata()).tokenUrl?.href ?? (await client.smartAuthMetadata()).tokenUrl, 'https://auth.clinic.example/token');
  const made = await client.create({ resourceType: 'CarePlan', body: wanted('kit') });
  assertFhir(made);
  assert.equal((await client.read({ resourceType: 'CarePlan', id: made.id })).id, made.id);
  assert.equal((await client.vread({ resourceType: 'CarePlan', id: made.id, version: '1' })).meta.versionId, '1');
  let page = await client.search({ resourceType: 'CarePlan', searchParams: { patient: 'many', _count: 2 } });
  const seen = [];
  while (page) {
    assertFhir(page);
    seen.push(...page.entry.map(e => e.resource.id));
    page = await client.nextPage({ bundle: page });
  }
  assert.equal(new Set(seen).size, 5);
  const posted = await client.search({ resourceType: 'CarePlan', searchParams: { patient: 'kit' }, options: { postSearch: true } });
  assert.deepEqual(posted.entry.map(e => e.resource.id), [made.id]);
  const changed = await client.update({ resourceType: 'CarePlan', id: made.id, body: { ...made, title: 'By the kit' }, options: { headers: { 'If-Match': 'W/"1"' } } });
  assert.equal(changed.meta.versionId, '2');
  assert.equal(await status(client.update({ resourceType: 'CarePlan', id: made.id, body: { ...made, title: 'Late' }, options: { headers: { 'If-Match': 'W/"1"' } } })), 412);
  const patched = await client.patch({ resourceType: 'CarePlan', id: made.id, jsonPatch: [{ op: 'replace', path: '/status', value: 'on-hold' }] });
  assert.equal(patched.status, 'on-hold');
  const history = await client.history({ resourceType: 'CarePlan', id: made.id });
  assertFhir(history);
  assert.equal(history.entry.length, 3);
  const score = await client.create({ resourceType: 'Observation', body: { resourceType: 'Observation', status: 'final', subject: { reference: 'Patient/kit' },
    basedOn: [{ reference: `CarePlan/${made.id}` }], code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 2 } } });
  assertFhir(score);
  const whole = await client.transaction({ body: together('kit') });
  assertFhir(whole);
  assert.deepEqual(whole.entry.map(e => e.response.status), ['201 Created', '201 Created']);
  assert.equal(whole.entry[1].resource.basedOn[0].reference, `CarePlan/${whole.entry[0].resource.id}`);
  assert.equal(await status(client.transaction({ body: { ...together('kit'), entry: together('kit').entry.slice(1) } })), 422);
  const parts = await client.batch({ body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `CarePlan/${made.id}` } }, { request: { method: 'GET', url: 'CarePlan/nonesuch' } }] } });
  assert.deepEqual(parts.entry.map(e => e.response.status), ['200 OK', '404']);
  await client.delete({ resourceType: 'CarePlan', id: made.id });
  assert.equal(await status(client.read({ resourceType: 'CarePlan', id: made.id })), 410);
  assert.equal(await status(client.read({ resourceType: 'CarePlan', id: 'nonesuch' })), 404);
  assert.equal(await status(client.create({ resourceType: 'CarePlan', body: { resourceType: 'CarePlan' } })), 422);
});

test('the SMART client', async () => {
  const smart = require('fhirclient');
  const client = smart({ headers: { host: 'app.example' }, url: '/', socket: {} }, {}).client({ serverUrl: base, tokenResponse: { access_token: key } });
  const made = await client.create(wanted('smart'));
  assertFhir(made);
  assert.equal((await client.request(`CarePlan/${made.id}`)).id, made.id);
  const plans = await client.request('CarePlan?patient=many&_count=2', { pageLimit: 0, flat: true });
  assert.equal(new Set(plans.map(p => p.id)).size, 5);
  const updated = await client.update({ ...made, title: 'By SMART' });
  assert.equal(updated.meta.versionId, '2');
  const patched = await client.patch(`CarePlan/${made.id}`, [{ op: 'replace', path: '/title', value: 'Patched by SMART' }]);
  assert.equal(patched.title, 'Patched by SMART');
  const whole = await client.request({ url: '', method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(together('smart')) });
  assertFhir(whole);
  assert.equal(whole.entry[1].resource.basedOn[0].reference, `CarePlan/${whole.entry[0].resource.id}`);
  await client.delete(`CarePlan/${made.id}`);
  assert.equal(await status(client.request(`CarePlan/${made.id}`)), 410);
  assert.equal(await status(client.request('CarePlan/nonesuch')), 404);
});

test('MedplumClient', async () => {
  const { MedplumClient } = require('@medplum/core');
  const client = new MedplumClient({ baseUrl: `${clinic.service.url}/`, fhirUrlPath: 'fhir/', fetch, accessToken: key });
  const code = async promise => {
    try { await promise; } catch (error) { return error.outcome?.issue?.[0]?.code ?? error.message; }
    throw new Error('nothing was refused');
  };
  const made = await client.createResource(wanted('medplum'));
  assertFhir(made);
  assert.equal((await client.readResource('CarePlan', made.id)).id, made.id);
  assert.equal((await client.searchResources('CarePlan', 'patient=medplum')).length, 1);
  let count = 0;
  for await (const page of client.searchResourcePages('CarePlan', 'patient=many&_count=2')) count += page.length;
  assert.equal(count, 5);
  const updated = await client.updateResource({ ...made, title: 'By Medplum' });
  assert.equal(updated.meta.versionId, '2');
  assert.equal(await code(client.updateResource({ ...made, title: 'Late' })), 'conflict');
  const patched = await client.patchResource('CarePlan', made.id, [{ op: 'replace', path: '/title', value: 'Patched by Medplum' }]);
  assert.equal(patched.title, 'Patched by Medplum');
  assertFhir(await client.readHistory('CarePlan', made.id));
  assert.equal((await client.readVersion('CarePlan', made.id, '3')).title, 'Patched by Medplum');
  const whole = await client.executeBatch(together('medplum'));
  assertFhir(whole);
  assert.equal(whole.entry[1].resource.basedOn[0].reference, `CarePlan/${whole.entry[0].resource.id}`);
  assert.equal(await code(client.executeBatch({ ...together('medplum'), entry: together('medplum').entry.slice(1) })), 'code-invalid');
  const once = { ...wanted('medplum-once') };
  const first = await client.createResourceIfNoneExist(once, 'patient=medplum-once');
  assert.equal((await client.createResourceIfNoneExist(once, 'patient=medplum-once')).id, first.id);
  await client.deleteResource('CarePlan', made.id);
  client.invalidateAll();
  assert.equal(await code(client.readResource('CarePlan', made.id)), 'deleted');
  assert.equal(await code(client.readResource('CarePlan', 'nonesuch')), 'not-found');
  assert.equal(await code(client.createResource({ resourceType: 'CarePlan' })), 'required');
});
