// Sessions as Procedures, adverse events and the words of a goal, written over FHIR: the same store, the same rules, and
// nothing is dropped in silence.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { intakeOf, openClinic } from './lib/clinic.mjs';
import { responseOf } from './lib/responses.mjs';

const CODES = 'https://unknot.example/fhir/CodeSystem', EXTENSION = 'https://unknot.example/fhir/StructureDefinition';
let clinic, key, plan, patient;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  plan = await clinic.plan(key, 'p1');
  patient = plan.id.split('.')[0];
});
after(() => clinic?.stop());

const send = (method, target, json, headers) => fhirCall(clinic.service, method, `/fhir/${target}`, { json, headers: { authorization: `Bearer ${key}`, ...headers } });
const native = async target => (await call(clinic.service, 'GET', target, { headers: { authorization: `Bearer ${key}` } })).json;
const concept = (system, code) => ({ coding: [{ system: `${CODES}/${system}`, code }] });
const number = (name, valueInteger) => ({ url: `${EXTENSION}/session-${name}`, valueInteger });
const detail = (name, value) => ({ url: `${EXTENSION}/adverse-event-detail`,
  extension: [{ url: 'detail', valueCode: name }, { url: 'value', [typeof value === 'boolean' ? 'valueBoolean' : 'valueDecimal']: value }] });
const area = code => ({ url: `${EXTENSION}/adverse-event-area`, valueCoding: { system: `${CODES}/area`, code } });
const session = more => ({ resourceType: 'Procedure', status: 'completed', basedOn: [{ reference: `CarePlan/${plan.id}` }], subject: { reference: 'Patient/p1' }, performedDateTime: '2026-11-02', ...more });
const event = (id, after, more) => ({ resourceType: 'AdverseEvent', actuality: 'actual', subject: { reference: 'Patient/p1' }, event: concept('adverse-event', id), suspectEntity: [{ instance: { reference: `Procedure/${after}` } }], ...more });
const found = answer => (answer.json.entry ?? []).filter(e => e.search.mode === 'match').map(e => e.resource);
function rejected(answer, status, expression) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json.resourceType, 'OperationOutcome');
  if (expression) assert.ok(answer.json.issue.some(i => i.expression?.[0] === expression), `${expression} in ${answer.text}`);
}
const sessionOf = procedure => native(`/care-plans/${plan.id}/sessions/${procedure.id.split('.')[1]}`);

test('a session that was done, with all a session can hold, and back', async () => {
  const made = await send('POST', 'Procedure', session({ code: concept('technique', plan.technique), note: [{ text: 'Went well.\nNeck better.' }], performedPeriod: undefined,
    extension: [number('minutes', 40), number('pressure-used', 2), number('pressure-tolerated', 3), number('pain-before', 5), number('pain-after', 3)],
    complication: [{ ...concept('adverse-event', 'ae_soreness'), extension: [detail('duration_hours', 20), area('low_back')] }] }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.headers.etag, 'W/"1"');
  assert.match(made.headers.location, new RegExp(`/fhir/Procedure/${made.json.id}$`));
  const ours = await sessionOf(made.json);
  assert.deepEqual([ours.status, ours.planned_on, ours.technique, ours.minutes, ours.pressure_used, ours.pressure_tolerated, ours.pain_before, ours.pain_after, ours.notes],
    ['done', '2026-11-02', plan.technique, 40, 2, 3, 5, 3, 'Went well.\nNeck better.']);
  assert.deepEqual(ours.adverse_events, [{ id: 'ae_soreness', duration_hours: 20, areas: ['low_back'] }]);
  assert.deepEqual((await send('GET', `Procedure/${made.json.id}`)).json, made.json);
  const { id: _, meta: __, ...again } = made.json;
  const copy = await send('POST', 'Procedure', { ...again, performedDateTime: '2026-11-06' }, { prefer: 'handling=strict' });
  assert.equal(copy.status, 201, copy.text);
  for (const member of ['code', 'status', 'extension', 'complication', 'note']) assert.deepEqual(copy.json[member], made.json[member], member);
});

test('planned, missed, cancelled, nothing happened; days and times', async () => {
  for (const [given, status, more] of [
    [{ status: 'preparation', performedDateTime: '2027-01-04' }, 'planned', { planned_on: '2027-01-04' }],
    [{ status: 'preparation', performedPeriod: { start: '2027-01-11T10:00:00Z', end: '2027-01-11T11:00:00Z' } }, 'planned', { window_from: '2027-01-11T10:00:00Z', window_to: '2027-01-11T11:00:00Z' }],
    [{ status: 'not-done', performedDateTime: '2026-11-09' }, 'missed', { planned_on: '2026-11-09' }],
    [{ status: 'not-done', statusReason: concept('session-status', 'cancelled'), performedDateTime: '2026-11-10' }, 'cancelled', { planned_on: '2026-11-10' }],
    [{ status: 'completed', performedDateTime: '2026-11-13T15:30:00+01:00', outcome: concept('adverse-event', 'ae_none') }, 'done', { planned_on: '2026-11-13', window_from: '2026-11-13T14:30:00Z', adverse_events: [{ id: 'ae_none' }] }],
  ]) {
    const made = await send('POST', 'Procedure', session({ performedDateTime: undefined, ...given }));
    assert.equal(made.status, 201, made.text);
    assert.equal(made.json.status, given.status);
    const ours = await sessionOf(made.json);
    assert.equal(ours.status, status);
    for (const [name, value] of Object.entries(more)) assert.deepEqual(ours[name], value, name);
    if (given.performedPeriod) assert.deepEqual(made.json.performedPeriod, given.performedPeriod);
    assert.equal(made.json.statusReason?.coding[0].code, status === 'planned' || status === 'done' ? undefined : status);
    if (given.outcome) assert.equal(made.json.outcome.coding[0].code, 'ae_none');
  }
});

test('sessions are searched, paged, and part of everything about a person', async () => {
  const all = found(await send('GET', 'Procedure?patient=p1'));
  const { items } = await native(`/care-plans/${plan.id}/sessions?limit=200`);
  assert.deepEqual(all.map(p => p.id).sort(), items.map(s => `${patient}.${s.session_id}`).sort());
  assert.equal(found(await send('GET', `Procedure?_id=${all[0].id}`)).length, 1);
  assert.equal(found(await send('GET', `Procedure?based-on=CarePlan/${plan.id}`)).length, all.length);
  const first = await send('GET', 'Procedure?patient=p1&_count=3');
  const rest = await send('GET', first.json.link.find(l => l.relation === 'next').url.replace(/^.*\/fhir\//, ''));
  assert.equal(new Set([...found(first), ...found(rest)].map(p => p.id)).size, Math.min(6, all.length));
  rejected(await send('GET', 'Procedure'), 400);
  assert.equal((await send('GET', `Procedure/${patient}.s-${'A'.repeat(22)}`)).status, 404);
  assert.equal((await send('GET', 'Procedure/nonesuch')).status, 404);
  const everything = await send('GET', 'Patient/p1/$everything');
  assert.equal(everything.json.entry.filter(e => e.resource.resourceType === 'Procedure').length, all.length);
});

test('the rules of sessions hold', async () => {
  rejected(await send('POST', 'Procedure', session({ status: 'preparation', performedDateTime: '2027-01-05' })), 409);
  rejected(await send('POST', 'Procedure', session({ status: 'preparation', extension: [number('pain-after', 3)] })), 422, 'Procedure.extension');
  rejected(await send('POST', 'Procedure', session({ performedDateTime: '2030-01-01' })), 422, 'Procedure.performedDateTime');
});

for (const [what, more, expression] of [
  ['no status', { status: undefined }, 'Procedure.status'],
  ['a status that no session has', { status: 'in-progress' }, 'Procedure.status'],
  ['no plan', { basedOn: undefined }, 'Procedure.basedOn'],
  ['a plan that is not there', { basedOn: [{ reference: 'CarePlan/nonesuch' }] }, 'Procedure.basedOn'],
  ['two plans', { basedOn: [{ reference: 'CarePlan/a' }, { reference: 'CarePlan/b' }] }, 'Procedure.basedOn'],
  ['another patient', { subject: { reference: 'Patient/p2' } }, 'Procedure.subject.reference'],
  ['a code of somebody else', { code: { coding: [{ system: 'http://snomed.info/sct', code: '387854002' }] } }, 'Procedure.code'],
  ['a technique we do not know', { code: concept('technique', 'sweedish') }, 'Procedure.code'],
  ['a month for a day', { performedDateTime: '2026-11' }, 'Procedure.performedDateTime'],
  ['a day that is none', { performedDateTime: '2026-11-31' }, 'Procedure.performedDateTime'],
  ['an end before the start', { performedDateTime: undefined, performedPeriod: { start: '2026-11-02T10:00:00Z', end: '2026-11-02T09:00:00Z' } }, 'Procedure.performedPeriod.end'],
  ['several days', { performedDateTime: undefined, performedPeriod: { start: '2026-11-02', end: '2026-11-04' } }, 'Procedure.performedPeriod.end'],
  ['an age for a time', { performedDateTime: undefined, performedAge: { value: 3 } }, 'Procedure.performed'],
  ['a number that lacks its value', { extension: [{ url: `${EXTENSION}/session-minutes`, valueString: 'forty' }] }, 'Procedure.extension[0]'],
  ['more minutes than a day has', { extension: [number('minutes', 2000)] }, 'Procedure.extension'],
  ['a complication we do not know', { complication: [concept('adverse-event', 'ae_sore')] }, 'Procedure.complication[0].id'],
  ['a complication of somebody else', { complication: [{ text: 'ouch' }] }, 'Procedure.complication[0]'],
  ['a detail that is none', { complication: [{ ...concept('adverse-event', 'ae_bruise'), extension: [{ url: `${EXTENSION}/adverse-event-detail`, valueString: 'big' }] }] }, 'Procedure.complication[0].extension[0]'],
  ['two notes', { note: [{ text: 'a' }, { text: 'b' }] }, 'Procedure.note[1]'],
  ['a modifier extension', { modifierExtension: [{ url: 'https://x.example', valueBoolean: true }] }, 'Procedure.modifierExtension'],
])
  test(`a Procedure is refused with its place: ${what}`, async () => rejected(await send('POST', 'Procedure', session(more)), 422, expression));

test('an adverse event joins its session, is judged there, and is read back whole', async () => {
  const calm = await clinic.plan(key, 'p3');
  const other = more => ({ ...session(more), basedOn: [{ reference: `CarePlan/${calm.id}` }], subject: { reference: 'Patient/p3' } });
  const done = (await send('POST', 'Procedure', other({ outcome: concept('adverse-event', 'ae_none') }))).json;
  const told = more => ({ ...event('ae_soreness', done.id, more), subject: { reference: 'Patient/p3' } });
  const made = await send('POST', 'AdverseEvent', told({ extension: [detail('duration_hours', 5), area('low_back')] }));
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.id, `${done.id}.0`, 'that nothing happened is true no more');
  assert.equal(made.json.seriousness.coding[0].code, 'non-serious');
  assert.deepEqual(made.json.extension, [detail('duration_hours', 5), area('low_back')]);
  assert.deepEqual((await send('GET', `AdverseEvent/${made.json.id}`)).json, made.json);
  const worse = await send('POST', 'AdverseEvent', { ...told(), event: concept('adverse-event', 'ae_bladder_bowel_saddle') });
  assert.equal(worse.status, 201, worse.text);
  assert.equal(worse.json.id, `${done.id}.1`);
  assert.equal(worse.json.seriousness.coding[0].code, 'serious');
  assert.equal((await native(`/care-plans/${calm.id}`)).status, 'on-hold', 'the plan pauses, as it does natively');
  assert.deepEqual((await send('GET', `Procedure/${done.id}`)).json.complication.map(c => c.coding[0].code), ['ae_soreness', 'ae_bladder_bowel_saddle']);
});

test('an adverse event that cannot be kept is refused with its place', async () => {
  const done = (await native(`/care-plans/${plan.id}/sessions`)).items.find(s => s.status === 'done');
  const missed = (await native(`/care-plans/${plan.id}/sessions`)).items.find(s => s.status === 'missed');
  const id = `${patient}.${done.session_id}`;
  for (const [more, expression] of [
    [{ actuality: 'potential' }, 'AdverseEvent.actuality'],
    [{ actuality: undefined }, 'AdverseEvent.actuality'],
    [{ event: undefined }, 'AdverseEvent.event'],
    [{ event: concept('adverse-event', 'ae_sore') }, 'AdverseEvent.event'],
    [{ event: concept('adverse-event', 'ae_none') }, 'AdverseEvent.event'],
    [{ suspectEntity: undefined }, 'AdverseEvent.suspectEntity'],
    [{ suspectEntity: [{ instance: { reference: 'Device/1' } }] }, 'AdverseEvent.suspectEntity'],
    [{ suspectEntity: [{ instance: { reference: `Procedure/${patient}.s-${'A'.repeat(22)}` } }] }, 'AdverseEvent.suspectEntity[0].instance'],
    [{ suspectEntity: [{ instance: { reference: `Procedure/${patient}.${missed.session_id}` } }] }, 'AdverseEvent.suspectEntity[0].instance'],
    [{ subject: { reference: 'Patient/p2' } }, 'AdverseEvent.subject.reference'],
    [{ extension: [detail('size_cm', 4)] }, 'AdverseEvent.event'],
    [{ modifierExtension: [{ url: 'https://x.example', valueBoolean: true }] }, 'AdverseEvent.modifierExtension'],
  ]) rejected(await send('POST', 'AdverseEvent', event('ae_soreness', id, more)), 422, expression);
  rejected(await send('POST', 'AdverseEvent', { resourceType: 'Procedure' }), 400);
});

test('the words of a goal change; what is measured does not', async () => {
  const goal = (await send('GET', `Goal/${plan.id}`)).json;
  const words = { ...goal, description: { text: 'To lift my grandchild' } };
  const changed = await send('PUT', `Goal/${plan.id}`, words, { 'if-match': `W/"${goal.meta.versionId}"` });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(changed.json.resourceType, 'Goal');
  assert.equal(changed.json.description.text, 'To lift my grandchild');
  assert.deepEqual(changed.json.target, goal.target);
  assert.equal(Number(changed.json.meta.versionId), Number(goal.meta.versionId) + 1);
  assert.equal((await native(`/care-plans/${plan.id}`)).goal.text, 'To lift my grandchild');
  rejected(await send('PUT', `Goal/${plan.id}`, words, { 'if-match': `W/"${goal.meta.versionId}"` }), 412);
  const now = changed.json;
  rejected(await send('PUT', `Goal/${plan.id}`, { ...now, target: [{ dueDate: '2030-01-01' }] }), 422, 'Goal.target');
  rejected(await send('PUT', `Goal/${plan.id}`, { ...now, lifecycleStatus: 'cancelled' }), 422, 'Goal.lifecycleStatus');
  rejected(await send('PUT', `Goal/${plan.id}`, { ...now, description: { text: 'x'.repeat(300) } }), 422, 'Goal.description.text');
  rejected(await send('PUT', `Goal/${plan.id}`, { ...now, description: undefined }), 422, 'Goal.description.text');
  rejected(await send('PUT', `Goal/${plan.id}`, { ...now, id: 'other' }), 400, 'Goal.id');
  rejected(await send('PUT', 'Goal/nonesuch', { ...now, id: 'nonesuch' }), 405);
});

test('what is not kept is told where it can be, and refused where the client is strict', async () => {
  const ask = { prefer: 'return=OperationOutcome' }, strict = { prefer: 'handling=strict' };
  const told = answer => answer.json.issue.filter(i => i.severity === 'warning').flatMap(i => i.expression);
  const procedure = session({ performedDateTime: '2026-11-16', performer: [{ actor: { reference: 'Practitioner/ann' } }], bodySite: [{ text: 'back' }], extension: [{ url: 'https://x.example', valueBoolean: true }] });
  const dropped = ['Procedure.performer', 'Procedure.bodySite', 'Procedure.extension[0]'];
  rejected(await send('POST', 'Procedure', procedure, strict), 422, 'Procedure.performer');
  const made = await send('POST', 'Procedure', procedure, ask);
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(told(made).sort(), dropped.sort());
  assert.equal(made.headers['preference-applied'], 'return=OperationOutcome');

  const care = { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: 'Patient/p1' }, description: 'Our words', author: { display: 'Dr' },
    activity: [{ detail: { status: 'scheduled', code: concept('technique', 'swedish'), description: 'Gently', scheduledTiming: { repeat: { frequency: 1, period: 1, periodUnit: 'wk', when: ['MORN'] } } } }],
    contained: [{ ...responseOf(intakeOf('office-worker')), id: 'answers' }] };
  const places = ['CarePlan.description', 'CarePlan.author', 'CarePlan.activity[0].detail.description', 'CarePlan.activity[0].detail.scheduledTiming.repeat.when'];
  const before = found(await send('GET', 'CarePlan?patient=p1&_count=100')).length;
  const refused = await send('POST', 'CarePlan', care, strict);
  for (const place of places) rejected(refused, 422, place);
  assert.equal(found(await send('GET', 'CarePlan?patient=p1&_count=100')).length, before, 'and nothing was stored');
  assert.deepEqual(told(await send('POST', 'CarePlan', care, ask)).sort(), [...places].sort());

  const score = { resourceType: 'Observation', status: 'final', basedOn: [{ reference: `CarePlan/${plan.id}` }], subject: { reference: 'Patient/p1' },
    code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 4 }, performer: [{ display: 'Ann' }] };
  assert.deepEqual(told(await send('POST', 'Observation', score, ask)), ['Observation.performer']);
  rejected(await send('POST', 'Observation', score, strict), 422, 'Observation.performer');
  rejected(await send('POST', 'Observation', { ...score, effectivePeriod: { start: '2026-11-01' } }), 422, 'Observation.effectivePeriod');
  const id = found(await send('GET', 'Procedure?patient=p1')).find(p => p.status === 'completed').id;
  assert.deepEqual(told(await send('POST', 'AdverseEvent', event('ae_soreness', id, { date: '2026-11-03' }), ask)), ['AdverseEvent.date']);
  rejected(await send('POST', 'AdverseEvent', event('ae_soreness', id, { date: '2026-11-03' }), strict), 422, 'AdverseEvent.date');
});

test('no body from anywhere gives a 5xx', async () => {
  for (const type of ['Procedure', 'AdverseEvent'])
    for (const body of [{}, { resourceType: type }, { resourceType: type, basedOn: {}, subject: [], extension: {}, complication: {}, note: 7, outcome: [], event: [], suspectEntity: {} },
      { resourceType: type, basedOn: [7], extension: [7, { url: 7 }, { url: `${EXTENSION}/adverse-event-detail`, extension: 7 }], complication: [7, { extension: [7] }], note: [7], suspectEntity: [{ instance: 7 }], performedPeriod: [], performedDateTime: 7 },
      { resourceType: type, [`${'x'.repeat(300)}`]: 1, performedDateTime: '\u0000', status: {} }]) {
      const answer = await send('POST', type, body);
      assert.ok(answer.status >= 400 && answer.status < 500, `${JSON.stringify(body)} ${answer.text}`);
    }
});

test('metadata says what is written elsewhere', async () => {
  const { json } = await send('GET', 'metadata');
  const remark = type => json.rest[0].resource.find(r => r.type === type).documentation;
  assert.match(remark('Practitioner'), /\/therapists/);
  for (const type of ['CarePlan', 'Goal', 'Procedure', 'AdverseEvent', 'PractitionerRole']) assert.ok(remark(type), type);
});
