// A CarePlan from a record system: its answers decide, exactly as POST /care-plans would; what speaks against it is a 422
// with the place, and a red flag is never lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';
import { intakeOf, openClinic } from './lib/clinic.mjs';
import { responseOf } from './lib/responses.mjs';

const TECHNIQUE = 'https://unknot.example/fhir/CodeSystem/technique';
let clinic, key;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  assert.equal((await clinic.post(key, '/therapists', { therapist_id: 'ann', name: 'Ann', techniques: ['swedish'] })).status, 201);
});
after(() => clinic?.stop());

const as = (headers = {}) => ({ authorization: `Bearer ${key}`, ...headers });
const activity = (code, more = {}) => ({ detail: { status: 'not-started', code: { coding: [{ system: TECHNIQUE, code }] }, ...more } });
const answers = intake => ({ ...responseOf(intake), id: 'answers' });
const wanted = (more = {}, intake = intakeOf('office-worker')) => ({
  resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: 'Patient/p1' }, contained: [answers(intake)], ...more });
const create = (json, headers) => fhirCall(clinic.service, 'POST', '/fhir/CarePlan', { json, headers: as(headers) });
function refused(answer, status, expression) {
  assert.equal(answer.status, status, answer.text.slice(0, 1500));
  assert.equal(answer.json.resourceType, 'OperationOutcome');
  if (expression) assert.ok(answer.json.issue.some(i => i.expression?.[0] === expression), `${expression} in ${answer.text.slice(0, 1500)}`);
}

test('the answers of our Questionnaire make the plan our own operation makes', async () => {
  const made = await create(wanted({ id: 'mine', title: 'From the clinic', period: { start: '2026-12-01' },
    activity: [activity('swedish', { scheduledTiming: { repeat: { frequency: 1, period: 1, periodUnit: 'wk', duration: 45, durationUnit: 'min' } }, performer: [{ reference: 'Practitioner/ann' }] })] }));
  assert.equal(made.status, 201, made.text);
  assert.notEqual(made.json.id, 'mine', 'the service gives the id');
  assert.equal(made.headers.etag, 'W/"1"');
  assert.match(made.headers.location, new RegExp(`^http://.*/fhir/CarePlan/${made.json.id}/_history/1$`));
  assert.ok(made.headers['last-modified']);
  const native = (await call(clinic.service, 'GET', `/care-plans/${made.json.id}`, { headers: as() })).json;
  assert.equal(native.technique, 'swedish');
  assert.equal(native.title, 'From the clinic');
  assert.equal(native.starts_on, '2026-12-01');
  assert.equal(native.therapist, 'ann');
  assert.equal(native.plan.dose.per_week, 1);
  assert.equal(native.plan.dose.minutes.start, 45);
  const own = await clinic.plan(key, 'p1', { technique: 'swedish' });
  const again = await create(wanted({ activity: [activity('swedish')] }));
  const same = (await call(clinic.service, 'GET', `/care-plans/${again.json.id}`, { headers: as() })).json;
  assert.equal(same.decision.id, own.decision.id, 'one engine');
  assert.deepEqual(same.plan, own.plan);
});

test('without an activity the best technique is planned; what shall not be performed is not', async () => {
  const best = await create(wanted());
  assert.equal(best.status, 201, best.text);
  const first = best.json.activity[0].detail.code.coding[0].code;
  const other = await create(wanted({ activity: [activity(first, { doNotPerform: true })] }));
  assert.equal(other.status, 201, other.text);
  assert.notEqual(other.json.activity[0].detail.code.coding[0].code, first);
});

test('a contained record counts beside the answers: what it says is withheld', async () => {
  const apixaban = { resourceType: 'MedicationStatement', id: 'm1', status: 'active', subject: { reference: 'Patient/p1' },
    medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430', display: 'apixaban' }] } };
  const intake = { ...intakeOf('office-worker'), none_of: (intakeOf('office-worker').none_of ?? []).filter(c => !/medic|bleed|blood/.test(c)) };
  const answer = await create({ ...wanted({ activity: [activity('deep_tissue')] }, intake), contained: [answers(intake), apixaban] });
  refused(answer, 422, 'CarePlan.activity');
  assert.ok(answer.json.issue.some(i => i.details.coding?.[0].code === 'contraindicated'), answer.text);
});

test('a record alone leaves questions open: not enough to plan on, and it says so', async () => {
  const patient = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1985-03-04' };
  refused(await create(wanted({ contained: [patient] })), 422, 'CarePlan.activity');
  refused(await create(wanted({ contained: undefined })), 422, 'CarePlan.contained');
});

test('a red flag in a refused CarePlan is answered all the same', async () => {
  const flagged = { ...intakeOf('office-worker'), none_of: [], findings: [{ id: 'rf_saddle', state: 'present' }] };
  const withheld = await create(wanted({}, flagged));
  refused(withheld, 422);
  assert.ok(withheld.json.issue.some(i => i.severity === 'fatal' && i.details.coding?.[0].code === 'emergency'), withheld.text);
  const wrong = await create(wanted({ status: 'completed' }, flagged));
  refused(wrong, 422, 'CarePlan.status');
  assert.equal(wrong.json.issue[0].details.coding?.[0].code, 'emergency', wrong.text);
});

for (const [what, more, expression] of [
  ['no status', { status: undefined }, 'CarePlan.status'],
  ['a status no new plan has', { status: 'revoked' }, 'CarePlan.status'],
  ['an intent that is none of ours', { intent: 'option' }, 'CarePlan.intent'],
  ['no subject', { subject: undefined }, 'CarePlan.subject'],
  ['a subject that is no patient', { subject: { reference: 'Group/1' } }, 'CarePlan.subject.reference'],
  ['a subject that only has a name', { subject: { display: 'Anna' } }, 'CarePlan.subject'],
  ['a technique we do not know', { activity: [activity('sweedish')] }, 'CarePlan.activity[0].detail.code'],
  ['an activity without a code', { activity: [{ detail: { status: 'not-started' } }] }, 'CarePlan.activity[0].detail.code'],
  ['an activity by reference', { activity: [{ reference: { reference: 'ServiceRequest/1' } }] }, 'CarePlan.activity[0]'],
  ['two techniques', { activity: [activity('swedish'), activity('thai')] }, 'CarePlan.activity[1]'],
  ['eight times a week', { activity: [activity('swedish', { scheduledTiming: { repeat: { frequency: 8, period: 1, periodUnit: 'wk' } } })] }, 'CarePlan.activity[0].detail.scheduledTiming.repeat'],
  ['a therapist nobody knows', { activity: [activity('swedish', { performer: [{ reference: 'Practitioner/nobody' }] })] }, 'CarePlan.activity'],
  ['a performer that is a team', { activity: [activity('swedish', { performer: [{ reference: 'CareTeam/1' }] })] }, 'CarePlan.activity[0].detail.performer'],
  ['a day that ends inside of a letter', { period: { start: '2026-12-0\u00e9' } }, 'CarePlan.period.start'],
  ['a month for a day', { period: { start: '2026-12' } }, 'CarePlan.period.start'],
  ['a modifier extension', { modifierExtension: [{ url: 'https://x.example', valueBoolean: true }] }, 'CarePlan.modifierExtension'],
  ['a title without end', { title: 'x'.repeat(300) }, 'CarePlan.title'],
])
  test(`refused with its place: ${what}`, async () => refused(await create(wanted(more)), 422, expression));

test('answers that cannot be are refused where they stand', async () => {
  const response = answers(intakeOf('office-worker'));
  response.item.push({ linkId: 'no_such_question', answer: [{ valueBoolean: true }] });
  const answer = await create(wanted({ contained: [response] }));
  assert.equal(answer.status, 422);
  assert.ok(answer.json.issue.some(i => /^CarePlan\.contained\[0\]\.item\[\d+\]/.test(i.expression?.[0] ?? '')), answer.text);
  refused(await create(wanted({ contained: [answers(intakeOf('office-worker')), { ...answers(intakeOf('office-worker')), id: 'b' }] })), 422);
});

test('no body from anywhere gives a 5xx: truncated, wrong, hostile, too large', async () => {
  const bodies = ['', '{', '[]', 'null', '1', '"CarePlan"', '{"resourceType":"Patient"}', '{"resourceType":7}', '{"resourceType":"CarePlan","resourceType":"CarePlan"}',
    '{"resourceType":"CarePlan","contained":[7,null,[],{"resourceType":"Condition"},{"resourceType":"QuestionnaireResponse"}]}',
    '{"resourceType":"CarePlan","activity":{},"subject":[],"period":7,"status":{},"title":[]}',
    '{"resourceType":"CarePlan","activity":[7,{"detail":[]},{"detail":{"code":{"coding":{}},"scheduledTiming":{"repeat":[]},"performer":[7]}}]}',
    JSON.stringify(wanted({ title: '<script>alert(1)</script>\u202e', text: { status: 'generated', div: '<div><script>x</script></div>' }, subject: { identifier: { system: 'a|b', value: "';drop" } } }))];
  for (const body of bodies) {
    const answer = await fhirCall(clinic.service, 'POST', '/fhir/CarePlan', { body, headers: as() });
    assert.ok(answer.status < 500, `${body.slice(0, 80)} ${answer.text}`);
    if (answer.status >= 400) assert.equal(answer.json.resourceType, 'OperationOutcome');
  }
  const large = await fhirCall(clinic.service, 'POST', '/fhir/CarePlan', { body: JSON.stringify(wanted({ note: [{ text: 'x'.repeat(300_000) }] })), headers: as() });
  refused(large, 413);
});

test('the same Idempotency-Key gives the same plan; without one every request is its own', async () => {
  const headers = { 'idempotency-key': 'fhir-1' };
  const first = await create(wanted(), headers), again = await create(wanted(), headers);
  assert.equal(again.status, 201, again.text);
  assert.equal(again.json.id, first.json.id);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  refused(await create(wanted({ title: 'Another' }), headers), 422);
  assert.notEqual((await create(wanted())).json.id, (await create(wanted())).json.id);
});
