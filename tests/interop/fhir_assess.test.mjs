// $assess and $apply: the answers of a form decide exactly as the same intake does, and come back as valid FHIR.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { post } from '../api/lib/http.mjs';
import { ROOT, sharedService } from '../api/lib/service.mjs';
import { readPeople } from '../laws/casefile.mjs';
import { randomIntakes } from '../laws/intakes.mjs';
import { fhirCall, fhirGet, fhirPost } from './lib/fhir_call.mjs';
import { evalFhirPath } from './lib/fhir_validate.mjs';
import { responseOf } from './lib/responses.mjs';

const AS_OF = '2026-11-22';
const ASSESS = '/fhir/QuestionnaireResponse/$assess';
const APPLY = '/fhir/PlanDefinition/massage-for-back-pain/$apply';
const service = sharedService();

const of = (bundle, type) => bundle.entry.map(e => e.resource).filter(r => r.resourceType === type);
const parameters = list => ({ resourceType: 'Parameters', parameter: list });
const coded = (concept, system) => concept.coding.find(c => c.system.endsWith(`/${system}`))?.code;
const SEVERITY = { emergency: 'high', urgent: 'high', ABS: 'high', clinician: 'moderate', CLR: 'moderate', LOC: 'moderate', TECH: 'moderate', MOD: 'low' };
const RANK = ['emergency', 'urgent', 'clinician', 'ABS', 'CLR', 'LOC', 'MOD', 'TECH', 'NONE'];

/** What comes back says the same as the native answer. */
function holdAgainst(native, bundle, what) {
  const [risk] = of(bundle, 'RiskAssessment');
  const [plan] = of(bundle, 'CarePlan');
  assert.equal(bundle.identifier.value, native.decision_id, what);
  assert.equal(bundle.entry[0].resource.resourceType, 'RiskAssessment', 'the triage stands first');
  assert.equal(coded(risk.prediction[0].outcome, 'triage'), native.triage.level, what);
  assert.equal(risk.mitigation, native.triage.action);
  assert.equal(risk.status, native.status === 'complete' ? 'final' : 'preliminary');
  const issues = of(bundle, 'DetectedIssue');
  const acting = new Map(native.fired.map(f => [f.rule, f]));
  for (const issue of issues) {
    const fired = acting.get(coded(issue.code, 'rule'));
    assert.ok(fired, `${what}: ${coded(issue.code, 'rule')} does not act`);
    assert.equal(issue.severity, fired.lifted ? 'low' : SEVERITY[fired.effect], fired.rule);
    assert.equal(issue.status, fired.doubtful ? 'preliminary' : 'final');
    assert.equal(issue.detail, fired.text);
  }
  const ranks = issues.map(i => RANK.indexOf(acting.get(coded(i.code, 'rule')).effect));
  assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b), 'most severe first');
  for (const reason of native.triage.reasons) assert.ok(issues.some(i => coded(i.code, 'rule') === reason.rule), reason.rule);
  const verdicts = new Map(native.excluded.map(e => [e.technique, e.verdict]));
  const details = plan.activity.map(a => a.detail).filter(d => d.statusReason);
  assert.deepEqual(new Map(details.map(d => [coded(d.code, 'technique'), coded(d.statusReason, 'verdict')])), verdicts, what);
  for (const detail of details) {
    const verdict = coded(detail.statusReason, 'verdict');
    assert.equal(detail.doNotPerform === true, verdict !== 'undetermined');
    assert.equal(detail.status, verdict === 'undetermined' ? 'on-hold' : 'not-started');
  }
  const course = plan.activity.map(a => a.detail).find(d => d.scheduledTiming);
  assert.equal(course ? coded(course.code, 'technique') : undefined, native.recommendations[0]?.technique, what);
  if (['emergency', 'urgent'].includes(native.triage.level)) {
    assert.equal(coded(plan.activity[0].detail.code, 'triage'), native.triage.level, 'the way to help stands first');
    assert.equal(course, undefined);
  }
}

async function holdIntake(intake, what) {
  if (intake.preferences?.therapist_gender === 'any') delete intake.preferences.therapist_gender;
  const native = await post(service, '/recommendations', intake);
  const answer = await fhirPost(service, ASSESS, responseOf(intake));
  assert.equal(answer.status, native.status, `${what} ${native.text} ${answer.text}`);
  if (native.status === 200) holdAgainst(native.json, answer.json, what);
  return native.status;
}

const examples = JSON.parse(readFileSync(`${ROOT}api/examples/index.json`, 'utf8'))
  .filter(e => e.operationId === 'createRecommendation' && e.expect_status === 200);
for (const { file } of examples) {
  const intake = JSON.parse(readFileSync(`${ROOT}api/examples/${file}`, 'utf8'));
  test(`the example ${file}, sent as a form`, () => holdIntake({ ...intake, as_of: AS_OF }, file));
}

test('every person of tests/cases, sent as a form, decides the same', async () => {
  const folder = `${ROOT}tests/cases/people/`;
  const people = readdirSync(folder).flatMap(name => readPeople(readFileSync(folder + name, 'utf8')));
  assert.ok(people.length > 100, `${people.length}`);
  for (const person of people) await holdIntake({ ...person.intake, as_of: AS_OF }, person.person);
});

test('random intakes, sent as forms, decide the same or are refused the same', async () => {
  let n = 0;
  const statuses = new Set();
  for (const intake of randomIntakes(60, 20261122)) statuses.add(await holdIntake({ ...intake, as_of: AS_OF }, `random ${n++}`));
  assert.deepEqual([...statuses].sort(), [200, 422]);
});

// ---- the call ----

const healthy = JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`, 'utf8'));

test('Parameters and a bare response say the same; the subject comes along', async () => {
  const response = responseOf(healthy, { subject: { reference: 'Patient/p1', display: 'One' } });
  const bare = await fhirPost(service, ASSESS, response);
  const wrapped = await fhirPost(service, ASSESS, parameters([{ name: 'questionnaireResponse', resource: response }]));
  assert.deepEqual(wrapped.json, bare.json);
  assert.deepEqual(of(bare.json, 'CarePlan')[0].subject, { reference: 'Patient/p1', display: 'One' });
  const other = await fhirPost(service, ASSESS, parameters([
    { name: 'subject', valueString: 'Patient/p2' }, { name: 'questionnaireResponse', resource: response }]));
  for (const resource of other.json.entry.map(e => e.resource))
    assert.deepEqual(resource.subject ?? resource.patient, { reference: 'Patient/p2' });
});

test('the same call gives the same bytes', async () => {
  const one = await fhirPost(service, ASSESS, responseOf({ ...healthy, as_of: AS_OF }));
  const two = await fhirPost(service, ASSESS, responseOf({ ...healthy, as_of: AS_OF }));
  assert.equal(one.text, two.text);
  assert.equal(new Set(one.json.entry.map(e => e.fullUrl)).size, one.json.entry.length);
});

test('$apply: a draft, nobody is asked twice, and nothing is stored', async () => {
  const answer = await fhirPost(service, APPLY, parameters([
    { name: 'subject', valueString: 'Patient/p1' }, { name: 'questionnaireResponse', resource: responseOf(healthy) }]));
  assert.equal(answer.status, 200);
  assert.equal(answer.json.resourceType, 'CarePlan');
  assert.deepEqual([answer.json.status, answer.json.intent], ['draft', 'proposal']);
  assert.equal(answer.json.id, undefined);
  const course = answer.json.activity.map(a => a.detail).find(d => d.scheduledTiming);
  const native = (await post(service, '/recommendations', healthy)).json.recommendations[0];
  assert.equal(coded(course.code, 'technique'), native.technique);
  assert.equal(course.scheduledTiming.repeat.periodUnit, 'wk');
  assert.match(course.description, new RegExp(`at most ${native.pressure.max} of 5`));
  assert.ok(answer.json.activity.some(a => a.detail.doNotPerform));
});

test('$apply without answers: a plan that asks, and no massage', async () => {
  const got = await fhirGet(service, `${APPLY}?subject=Patient/p1`);
  const posted = await fhirPost(service, APPLY, parameters([{ name: 'subject', valueString: 'Patient/p1' }]));
  assert.equal(got.status, 200);
  assert.deepEqual(posted.json, got.json);
  const details = got.json.activity.map(a => a.detail);
  assert.ok(!details.some(d => d.scheduledTiming));
  assert.ok(details[0].instantiatesCanonical[0].includes('/Questionnaire/'));
  assert.ok(details.some(d => d.status === 'on-hold'));
});

test('$apply of the type: the protocol is named by its URL, or is sent along', async () => {
  const { json: protocol } = await fhirGet(service, '/fhir/PlanDefinition/massage-for-back-pain');
  const subject = { name: 'subject', valueString: 'Patient/p1' };
  const apply = list => fhirPost(service, '/fhir/PlanDefinition/$apply', parameters(list));
  const wanted = (await fhirGet(service, `${APPLY}?subject=Patient/p1`)).json;
  for (const named of [{ name: 'canonical', valueCanonical: protocol.url }, { name: 'canonical', valueCanonical: `${protocol.url}|${protocol.version}` },
    { name: 'planDefinition', resource: protocol }])
    assert.deepEqual((await apply([named, subject])).json, wanted);
  const answers = await apply([{ name: 'canonical', valueCanonical: protocol.url }, { name: 'questionnaireResponse', resource: responseOf(healthy) }, subject]);
  assert.ok(answers.json.activity.some(a => a.detail.scheduledTiming), answers.text);
  for (const [list, place] of [
    [[subject], 'Parameters.parameter'],
    [[subject, { name: 'canonical', valueCanonical: `${protocol.url}|0.0.1` }], 'Parameters.parameter[1]'],
    [[subject, { name: 'canonical', valueCanonical: 'https://elsewhere.example/PlanDefinition/x' }], 'Parameters.parameter[1]'],
    [[subject, { name: 'canonical', valueCanonical: `${protocol.url}x` }], 'Parameters.parameter[1]'],
    [[{ name: 'planDefinition', resource: { ...protocol, url: 'https://elsewhere.example/x' } }, subject], 'Parameters.parameter[0]'],
    [[{ name: 'planDefinition', resource: { resourceType: 'Patient' } }, subject], 'Parameters.parameter[0]'],
    [[{ name: 'canonical', valueString: protocol.url }, subject], 'Parameters.parameter[0]'],
    [[{ name: 'canonical', valueCanonical: protocol.url }], 'Parameters.parameter'],
  ]) {
    const refused = await apply(list);
    assert.ok([400, 422].includes(refused.status), refused.text);
    assert.equal(refused.json.issue[0].expression[0], place, refused.text);
  }
  assert.equal((await fhirPost(service, '/fhir/PlanDefinition/$apply', responseOf(healthy))).status, 422, 'answers alone name no protocol');
});

test('$apply with a record: what it says counts, what the person says stands', async () => {
  const record = { resourceType: 'Bundle', type: 'collection', entry: [
    { fullUrl: 'urn:uuid:6c4fb1a4-35b2-4c41-9d62-2b6cf1ad1d01', resource: { resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1960-02-03' } },
    { fullUrl: 'urn:uuid:6c4fb1a4-35b2-4c41-9d62-2b6cf1ad1d02', resource: {
      resourceType: 'MedicationStatement', status: 'active', subject: { reference: 'Patient/p1' },
      medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430', display: 'apixaban' }], text: 'apixaban' } } },
  ] };
  const call = more => fhirPost(service, ASSESS, parameters([
    { name: 'subject', valueString: 'Patient/p1' }, { name: 'data', resource: record },
    { name: 'questionnaireResponse', resource: responseOf({ ...healthy, medications: undefined, ...more }) }]));
  const answer = await call({});
  assert.equal(answer.status, 200, answer.text);
  const rules = of(answer.json, 'DetectedIssue').map(i => coded(i.code, 'rule'));
  assert.ok(rules.includes('D13.anticoagulant.block'), rules.join(' '));
  const deep = of(answer.json, 'CarePlan')[0].activity.map(a => a.detail).find(d => d.code && coded(d.code, 'technique') === 'deep_tissue');
  assert.equal(deep.doNotPerform, true);
  const contradiction = await call({ findings: [...(healthy.findings ?? []), { id: 'anticoagulant', state: 'absent' }] });
  assert.equal(contradiction.status, 422, 'the record says otherwise');
});

// ---- the protocol's own conditions ----

test('the FHIRPaths of the PlanDefinition say of a Bundle what the Bundle says', async () => {
  const plan = (await fhirGet(service, '/fhir/PlanDefinition/massage-for-back-pain')).json;
  const step = id => plan.action.find(a => a.id === id);
  const holds = (action, bundle) => evalFhirPath(action.condition[0].expression.expression, bundle)[0];
  for (const file of ['office-worker.json', 'cauda-equina.json', 'warfarin.json', 'empty.json', 'not-sure.json']) {
    const intake = JSON.parse(readFileSync(`${ROOT}api/examples/${file}`, 'utf8'));
    const native = (await post(service, '/recommendations', intake)).json;
    const bundle = (await fhirPost(service, ASSESS, responseOf(intake))).json;
    const levels = step('triage').action.filter(a => holds(a, bundle)).map(a => coded(a.code[0], 'triage'));
    assert.deepEqual(levels, [native.triage.level], file);
    assert.equal(holds(step('assessment'), bundle), !['emergency', 'urgent'].includes(native.triage.level));
    const usable = step('assessment').action.filter(a => holds(a, bundle)).map(a => a.definitionCanonical.match(/([a-z_]+)\|/)[1]);
    assert.deepEqual(usable.sort(), [...native.recommendations, ...native.not_preferred].map(r => r.technique).sort(), file);
    const courses = step('course').action.filter(a => holds(a, bundle));
    assert.equal(courses.length, native.recommendations.length ? 1 : 0, file);
    assert.equal(holds(step('course'), bundle), courses.length === 1);
  }
});

// ---- bad input ----

const answered = (linkId, ...answer) => responseOf({}, { item: [{ linkId, answer }] });
const state = code => ({ valueCoding: { code } });
const bad = [
  ['another resource', { resourceType: 'Patient' }, 400, /resourceType/],
  ['a status that does not exist', responseOf({}, { status: 'done' }), 422, 'QuestionnaireResponse.status'],
  ['a response entered in error', responseOf({}, { status: 'entered-in-error' }), 422, 'QuestionnaireResponse.status'],
  ['answers to another Questionnaire', responseOf({}, { questionnaire: 'https://elsewhere.example/Questionnaire/phq-9' }), 422, 'QuestionnaireResponse.questionnaire'],
  ['rules that are not known', responseOf({}, { implicitRules: 'https://elsewhere.example/rules' }), 422, 'QuestionnaireResponse.implicitRules'],
  ['a modifierExtension', responseOf({}, { modifierExtension: [{ url: 'https://elsewhere.example/not', valueBoolean: true }] }), 422, 'QuestionnaireResponse.modifierExtension'],
  ['a modifierExtension of an item', responseOf({}, { item: [{ linkId: 'age', modifierExtension: [{ url: 'https://elsewhere.example/not', valueBoolean: true }] }] }), 422, 'QuestionnaireResponse.item[0].modifierExtension'],
  ['an unknown linkId, so long that a letter is cut in two', answered(`a${'\u00e9'.repeat(60)}`, state('present')), 422, 'QuestionnaireResponse.item[0].linkId', /\u00e9/],
  ['an unknown linkId', answered('rf_sadle', state('present')), 422, 'QuestionnaireResponse.item[0].linkId', /rf_saddle/],
  ['an unknown part of a finding', answered('rf_saddle.colour', { valueString: 'red' }), 422, 'QuestionnaireResponse.item[0].linkId'],
  ['an item without linkId', responseOf({}, { item: [{ answer: [state('present')] }] }), 422, 'QuestionnaireResponse.item[0].linkId'],
  ['a boolean for a finding', answered('rf_saddle', { valueBoolean: true }), 422, 'QuestionnaireResponse.item[0].answer[0]', /valueCoding/],
  ['a text for a number', answered('age', { valueString: 'forty' }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a quantity for a number', answered('pain.intensity', { valueQuantity: { value: 4 } }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['half a year of age', answered('age', { valueInteger: 40.5 }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a number out of range', answered('age', { valueInteger: 400 }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['an answer without a value', answered('rf_saddle', { id: 'x' }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a state that does not exist', answered('rf_saddle', state('perhaps')), 422, 'QuestionnaireResponse.item[0].answer[0]', /present, absent, unknown/],
  ['a code of another system', answered('rf_saddle', { valueCoding: { system: 'http://snomed.info/sct', code: 'present' } }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['an area that does not exist', answered('pain.areas', { valueCoding: { code: 'elbow_left' } }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a medicine of an unknown system', answered('medications', { valueCoding: { system: 'https://elsewhere.example', code: '1' } }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a diagnosis of an unknown system', answered('diagnoses', { valueCoding: { system: 'https://elsewhere.example', code: '1' } }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['an answer of a group', answered('basics', { valueBoolean: true }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['answers that contradict each other', answered('rf_tb', state('present'), state('absent')), 422, 'QuestionnaireResponse.item[0].answer[1]'],
  ['ages that contradict each other', answered('age', { valueInteger: 40 }, { valueInteger: 41 }), 422, 'QuestionnaireResponse.item[0].answer[1]'],
  ['"none of these" and one of these', responseOf({ none_of: ['nerves_bladder_bowel'], findings: [{ id: 'new_numbness', state: 'present' }] }), 422, 'QuestionnaireResponse.item[0].item[0].answer[0]'],
  ['"none of these kinds" and one', responseOf({ presentations: ['radicular'] }, { item: [{ linkId: 'presentations', answer: [state('radicular')] }, { linkId: 'presentations.none_of', answer: [{ valueBoolean: true }] }] }), 422, 'QuestionnaireResponse.item[1].answer[0]'],
  ['a detail of a finding nobody answered', answered('rf_cancer_history.detail', state('active')), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a detail of a finding that is absent', responseOf({}, { item: [{ linkId: 'rf_cancer_history', answer: [state('absent')] }, { linkId: 'rf_cancer_history.detail', answer: [state('active')] }] }), 422, 'QuestionnaireResponse.item[1].answer[0]'],
  ['a clearance part outside of a clearance', answered('clearances.recorded', { valueDate: '2026-11-01' }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['a clearance without a day', responseOf({}, { item: [{ linkId: 'clearances', item: [{ linkId: 'clearances.role', answer: [{ valueString: 'doctor' }] }] }] }), 422, 'QuestionnaireResponse.item[0]'],
  ['weeks of no diagnosis', answered('diagnoses.weeks_ago', { valueDecimal: 3 }), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['items that are no list', responseOf({}, { item: { linkId: 'age' } }), 422, 'QuestionnaireResponse.item'],
  ['answers that are no list', responseOf({}, { item: [{ linkId: 'age', answer: { valueInteger: 4 } }] }), 422, 'QuestionnaireResponse.item[0].answer'],
  ['an answer that is no object', answered('age', 40), 422, 'QuestionnaireResponse.item[0].answer[0]'],
  ['Parameters without a response', parameters([{ name: 'subject', valueString: 'Patient/p1' }]), 422, 'Parameters.parameter'],
  ['an unknown parameter', parameters([{ name: 'colour', valueString: 'red' }]), 422, 'Parameters.parameter[0]'],
  ['a mistake inside Parameters', parameters([{ name: 'questionnaireResponse', resource: answered('age', { valueString: 'x' }) }]), 422, 'Parameters.parameter[0].resource.item[0].answer[0]'],
];
for (const [name, body, status, place, words] of bad) {
  test(`refused: ${name}`, async () => {
    const answer = await fhirPost(service, ASSESS, body);
    assert.equal(answer.status, status, answer.text);
    const issues = answer.json.issue.filter(i => i.expression?.some(e => (place instanceof RegExp ? place.test(e) : e === place)));
    assert.equal(issues.length > 0, true, answer.text);
    if (words) assert.match(issues[0].details.text, words);
  });
}

test('refused: an oversized response, broken JSON, JSON that nests too deep, a repeated key', async () => {
  const send = async (body, status) => {
    const answer = await fhirCall(service, 'POST', ASSESS, { body });
    assert.equal(answer.status, status, answer.text.slice(0, 300));
    assert.equal(answer.json.resourceType, 'OperationOutcome');
  };
  await send(JSON.stringify(responseOf({}, { item: [{ linkId: 'x'.repeat(600_000) }] })), 413);
  await send('{"resourceType": "QuestionnaireResponse"', 400);
  await send(`${'{"item":['.repeat(40)}${']}'.repeat(40)}`, 400);
  await send('{"resourceType":"QuestionnaireResponse","status":"completed","status":"completed"}', 400);
});

test('a hostile narrative is neither read nor given back', async () => {
  const evil = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>';
  const answer = await fhirPost(service, ASSESS, responseOf(
    { ...healthy, medications: [{ text: '<img src=x onerror=alert(2)>' }] },
    { text: { status: 'generated', div: evil }, subject: { display: '</p><script>alert(3)</script>' } }));
  assert.equal(answer.status, 200);
  for (const { resource } of answer.json.entry) assert.doesNotMatch(resource.text.div, /script|onerror/);
});

test('a red flag in a refused response is never lost', async () => {
  for (const body of [
    JSON.stringify(responseOf({ findings: [{ id: 'rf_saddle', state: 'present' }, { id: 'rf_bladder_start', state: 'present' }] }, { status: 'nonsense' })),
    JSON.stringify(parameters([{ name: 'colour' }, { name: 'questionnaireResponse', resource: responseOf({ findings: [{ id: 'rf_saddle', state: 'present' }] }) }])),
    '{"resourceType":"QuestionnaireResponse","item":[{"linkId":"rf_saddle","answer":[{"valueCoding":{"code":"present"}}]}',
  ]) {
    const answer = await fhirCall(service, 'POST', ASSESS, { body });
    assert.ok(answer.status >= 400 && answer.status < 500);
    assert.equal(answer.json.issue[0].details.coding[0].code, 'emergency', answer.text);
    assert.equal(answer.json.issue[0].severity, 'fatal');
  }
});

test('unknown is not absent, and silence is neither', async () => {
  const level = async item => coded(of((await fhirPost(service, ASSESS, responseOf({}, { item }))).json, 'RiskAssessment')[0].prediction[0].outcome, 'triage');
  const saddle = code => [{ linkId: 'rf_saddle', answer: [state(code)] }];
  assert.equal(await level(saddle('present')), 'emergency');
  assert.equal(await level(saddle('unknown')), 'clinician');
  assert.equal(await level(saddle('absent')), 'self_care');
  const silent = await fhirPost(service, ASSESS, responseOf({}));
  assert.equal(of(silent.json, 'RiskAssessment')[0].status, 'preliminary');
  assert.ok(of(silent.json, 'CarePlan')[0].activity.some(a => a.detail.reasonCode?.some(c => coded(c, 'finding') === 'rf_saddle')));
});
