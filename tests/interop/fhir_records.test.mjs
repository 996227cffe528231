// Goal, Provenance, Observation, AdverseEvent and the directory over FHIR: one store, seen from another side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { openClinic } from './lib/clinic.mjs';

let clinic, key, other, plan;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
  for (const json of [{ therapist_id: 'ann', name: 'Ann', gender: 'female', techniques: ['swedish'], languages: ['en', 'pt-BR'] },
    { therapist_id: 'b_b', name: 'Bob', techniques: ['thai'] }, { therapist_id: 'cleo', name: 'Cleo <b>', techniques: ['thai'], accepting: false }])
    assert.equal((await clinic.post(key, '/therapists', json)).status, 201);
  plan = await clinic.plan(key, 'p1', { therapist: 'ann' });
});
after(() => clinic?.stop());

const as = (who = key) => ({ authorization: `Bearer ${who}` });
const get = (target, who) => fhirCall(clinic.service, 'GET', `/fhir/${target}`, { headers: as(who) });
const found = answer => (answer.json.entry ?? []).filter(e => e.search.mode === 'match').map(e => e.resource);
const observation = more => ({ resourceType: 'Observation', status: 'final', basedOn: [{ reference: `CarePlan/${plan.id}` }], subject: { reference: 'Patient/p1' },
  code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 4 }, ...more });
const record = json => fhirCall(clinic.service, 'POST', '/fhir/Observation', { json, headers: as() });
const own = code => ({ coding: [{ system: 'https://unknot.example/fhir/CodeSystem/instrument', code }] });
const rejected = (answer, status, expression) => {
  assert.equal(answer.status, status, answer.text);
  assert.ok(answer.json.issue.some(i => i.expression?.[0] === expression), `${expression} in ${answer.text}`);
};

test('Goal: what the plan is for, measurable; Provenance: what it rests on, by hash', async () => {
  const goal = (await get(`Goal/${plan.id}`)).json;
  assert.equal(goal.description.text, plan.goal.text);
  assert.equal(goal.target[0].detailQuantity.value, plan.goal.target);
  assert.equal(goal.target[0].measure.coding[0].code, '72514-3');
  assert.deepEqual(found(await get('Goal?patient=p1')).map(r => r.id), [plan.id]);
  const provenance = (await get(`Provenance/${plan.id}`)).json;
  assert.equal(provenance.entity[0].what.identifier.value, plan.decision.id);
  assert.equal(provenance.entity[1].what.identifier.value, plan.decision.knowledge_sha256);
  assert.match(provenance.target[0].reference, new RegExp(`^CarePlan/${plan.id}/_history/`));
  assert.deepEqual(found(await get(`Provenance?target=CarePlan/${plan.id}`)).map(r => r.id), [plan.id]);
  assert.deepEqual(found(await get('Provenance?target=CarePlan/none')), []);
});

test('Observation: recorded by LOINC or our own codes, read, searched, and the same as our own list', async () => {
  const made = await record(observation({ effectiveDateTime: '2026-11-20T08:00:00Z' }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.headers.etag, 'W/"1"');
  assert.match(made.headers.location, new RegExp(`/fhir/Observation/${made.json.id}$`));
  for (const [code, value] of [['peg', 5.33], ['rmdq', 11], ['psfs', 3]])
    assert.equal((await record(observation({ code: own(code), valueQuantity: { value }, effectiveDateTime: '2026-11-21' }))).status, 201, code);
  assert.deepEqual((await get(`Observation/${made.json.id}`)).json, made.json);
  const all = found(await get('Observation?patient=p1'));
  assert.deepEqual(all.map(o => o.valueQuantity.value).sort(), [11, 3, 4, 5.33]);
  assert.equal(found(await get(`Observation?based-on=CarePlan/${plan.id}&code=peg,http://loinc.org|72514-3`)).length, 2);
  assert.equal(found(await get('Observation?patient=p1&date=lt2026-11-21')).length, 1);
  assert.equal(found(await get(`Observation?_id=${made.json.id}`)).length, 1);
  const pages = await get('Observation?patient=p1&_count=3');
  const last = await get(pages.json.link[1].url.replace(/^.*\/fhir\//, ''));
  assert.equal(found(pages).length + found(last).length, 4);
  const native = await call(clinic.service, 'GET', `/care-plans/${plan.id}/measurements`, { headers: as() });
  assert.equal(native.json.items.length, 4, 'one store');
  const items = await clinic.post(key, `/care-plans/${plan.id}/measurements`, { instrument: 'peg', items: [4, 5, 6] });
  assert.equal(items.status, 201, items.text);
  assert.equal(found(await get('Observation?patient=p1&code=peg')).find(o => o.component).component.length, 3);
});

test('an Observation that cannot be kept is refused with the place', async () => {
  rejected(await record(observation({ valueQuantity: { value: 11 } })), 422, 'Observation.valueQuantity.value');
  rejected(await record(observation({ valueQuantity: undefined })), 422, 'Observation.valueQuantity');
  rejected(await record(observation({ code: own('vas') })), 422, 'Observation.code');
  rejected(await record(observation({ status: 'preliminary' })), 422, 'Observation.status');
  rejected(await record(observation({ basedOn: [{ reference: 'Task/1' }] })), 422, 'Observation.basedOn');
  rejected(await record(observation({ basedOn: [{ reference: 'CarePlan/none' }] })), 422, 'Observation.basedOn');
  rejected(await record(observation({ subject: { reference: 'Patient/p2' } })), 422, 'Observation.subject.reference');
  rejected(await record(observation({ modifierExtension: [{ url: 'x', valueBoolean: true }] })), 422, 'Observation.modifierExtension');
  assert.equal((await record({ resourceType: 'Condition' })).status, 400);
});

test('AdverseEvent: one a happening, serious by its triage; nothing happened is no event', async () => {
  const session = (more, events) => clinic.post(key, `/care-plans/${plan.id}/sessions`, { status: 'done', planned_on: '2026-11-20', minutes: 30, adverse_events: events, ...more });
  assert.equal((await session({}, [{ id: 'ae_none' }])).status, 201);
  assert.equal((await session({}, [{ id: 'ae_soreness' }, { id: 'ae_bruise' }])).status, 201);
  const events = found(await get('AdverseEvent?patient=p1'));
  assert.deepEqual(events.map(e => e.event.coding[0].code), ['ae_soreness', 'ae_bruise']);
  assert.deepEqual((await get(`AdverseEvent/${events[1].id}`)).json, events[1]);
  assert.equal((await get(`AdverseEvent/${events[1].id.replace(/\d$/, '9')}`)).status, 404);
  assert.equal((await get(`AdverseEvent/${events[1].id}`, other)).status, 404);
});

test('$everything about a patient, and what the audit log hears of it', async () => {
  const { json } = await get('Patient/p1/$everything');
  const types = new Map();
  for (const { resource } of json.entry) types.set(resource.resourceType, (types.get(resource.resourceType) ?? 0) + 1);
  assert.deepEqual([types.get('Patient'), types.get('CarePlan'), types.get('Goal'), types.get('Provenance')], [1, 1, 1, 1]);
  assert.equal(types.get('Observation'), found(await get('Observation?patient=p1')).length);
  assert.equal(types.get('AdverseEvent'), 2);
  assert.equal(json.total, json.entry.length);
  const audit = await call(clinic.service, 'GET', '/audit-events?limit=200', { headers: as() });
  assert.ok(audit.json.items.some(e => e.action === 'patient.export'));
  assert.equal((await get('Patient/nobody/$everything')).status, 404);
  assert.equal((await get('Patient/p1/$everything', other)).status, 404);
  assert.equal((await get('Patient/p1/$everything', clinic.key('--therapist', 'ann'))).status, 404, 'a therapist sees plans, not all of a person');
  assert.equal((await get('Patient/p1/$everything?_since=2020')).status, 400, 'nothing is left out silently');
  assert.equal((await get('Patient/p1/$everything', clinic.key('--patient', 'p2'))).status, 404);
  assert.equal((await get('Patient/p1/$everything', clinic.key('--patient', 'p1'))).json.total, json.total);
});

test('records are searched patient by patient, and never another tenant\'s', async () => {
  for (const type of ['Observation', 'AdverseEvent']) {
    const answer = await get(type);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.issue[0].expression[0], 'http.patient');
    assert.deepEqual(found(await get(`${type}?patient=p1`, other)), []);
    assert.equal((await get(`${type}/none`)).status, 404);
  }
});

test('Practitioner and PractitionerRole: the directory, paged; the plan says who performs it', async () => {
  assert.deepEqual(found(await get('Practitioner')).map(p => p.name[0].text), ['Ann', 'Cleo <b>'], 'b_b is no id in FHIR');
  const ann = (await get('Practitioner/ann')).json;
  assert.deepEqual([ann.gender, ann.communication.length], ['female', 2]);
  const role = (await get('PractitionerRole/cleo')).json;
  assert.equal(role.specialty[0].coding[0].code, 'thai');
  assert.ok(role.availabilityExceptions);
  assert.deepEqual(found(await get('PractitionerRole?practitioner=Practitioner/ann')).map(r => r.id), ['ann']);
  const first = await get('Practitioner?_count=1');
  assert.equal(found(first)[0].id, 'ann');
  const seen = [];
  for (let page = first; ;) {
    seen.push(...found(page).map(p => p.id));
    const next = page.json.link.find(l => l.relation === 'next')?.url;
    if (!next) break;
    page = await get(next.replace(/^.*\/fhir\//, ''));
  }
  assert.deepEqual(seen, ['ann', 'cleo']);
  assert.equal((await get(`CarePlan/${plan.id}`)).json.activity[0].detail.performer[0].reference, 'Practitioner/ann');
  const underscore = await clinic.plan(key, 'p9', { therapist: 'b_b' });
  assert.equal((await get(`CarePlan/${underscore.id}`)).json.activity[0].detail.performer[0].identifier.value, 'b_b');
  assert.deepEqual(found(await get('CarePlan?performer=Practitioner/ann')).map(r => r.id), [plan.id]);
  assert.deepEqual(found(await get('Practitioner', other)), []);
});

test('metadata says what there is, and no more', async () => {
  const { json } = await fhirCall(clinic.service, 'GET', '/fhir/metadata');
  const resource = type => json.rest[0].resource.find(r => r.type === type);
  const codes = type => resource(type).interaction.map(i => i.code).sort();
  assert.deepEqual(codes('CarePlan'), ['create', 'delete', 'history-instance', 'patch', 'read', 'search-type', 'update', 'vread']);
  assert.deepEqual(codes('Observation'), ['create', 'read', 'search-type']);
  assert.ok(resource('CarePlan').searchParam.some(p => p.name === 'patient' && p.type === 'reference'));
  assert.equal(new Set(json.rest[0].resource.map(r => r.type)).size, json.rest[0].resource.length);
  for (const { type, interaction } of json.rest[0].resource.filter(r => r.interaction?.some(i => i.code === 'search-type') && !['Observation', 'Procedure', 'AdverseEvent'].includes(r.type)))
    assert.equal((await get(`${type}?_count=1`)).status, 200, `${type} ${interaction.length}`);
  assert.equal((await fhirCall(clinic.service, 'GET', '/fhir/.well-known/smart-configuration')).status, 404, 'no authorization server is named');
});
