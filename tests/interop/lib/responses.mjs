// An intake of ours as the QuestionnaireResponse that means the same: what a form that was built from our Questionnaire
// would send. Items stand in the groups of the Questionnaire.
const CODES = 'https://unknot.example/fhir/CodeSystem';
const GENDERS = 'http://hl7.org/fhir/administrative-gender';
const SYSTEMS = {
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm', icpc2: 'http://hl7.org/fhir/sid/icpc-2',
  snomed: 'http://snomed.info/sct', loinc: 'http://loinc.org',
};

const item = (linkId, answers, items) => ({
  linkId, ...(answers?.length ? { answer: answers } : {}), ...(items?.length ? { item: items } : {}),
});
const coding = (system, code) => ({ valueCoding: { system: system.startsWith('http') ? system : `${CODES}/${system}`, code } });
const codings = (system, list) => (list ?? []).map(code => coding(system, code));
const given = (linkId, value, name) => (value === undefined ? [] : [item(linkId, [{ [name]: value }])]);
const listed = (linkId, answers) => (answers.length ? [item(linkId, answers)] : []);

function medicine(entry) {
  if (entry.rxnorm) return coding('http://www.nlm.nih.gov/research/umls/rxnorm', entry.rxnorm);
  if (entry.atc) return coding('http://www.whocc.no/atc', entry.atc);
  return { valueString: entry.text };
}

const diagnosis = d => ({
  ...coding(SYSTEMS[d.system], d.code),
  ...(d.weeks_ago === undefined ? {} : { item: given('diagnoses.weeks_ago', d.weeks_ago, 'valueDecimal') }),
});

/** What a finding says besides its state hangs under its answer, as FHIR has it for items below a question. */
function finding(row) {
  const more = [
    ...given(`${row.id}.weeks_ago`, row.weeks_ago, 'valueDecimal'),
    ...given(`${row.id}.value`, row.value, 'valueDecimal'),
    ...listed(`${row.id}.areas`, codings('area', row.areas)),
    ...(row.detail === undefined ? [] : [item(`${row.id}.detail`, [coding('finding-detail', `${row.id}.${row.detail}`)])]),
  ];
  const answer = coding('answer-state', row.state);
  return item(row.id, [more.length ? { ...answer, item: [item(`${row.id}.more`, [], more)] } : answer]);
}

function preferences(wishes = {}) {
  return [
    ...given('preferences.pressure', wishes.pressure, 'valueInteger'),
    ...listed('preferences.techniques', codings('technique', wishes.techniques)),
    ...listed('preferences.avoid_techniques', codings('technique', wishes.avoid_techniques)),
    ...listed('preferences.positions', codings('position', wishes.positions)),
    // FHIR has no gender "any": leaving the item out says the same
    ...(['female', 'male'].includes(wishes.therapist_gender) ? [item('preferences.therapist_gender', [coding(GENDERS, wishes.therapist_gender)])] : []),
    ...given('preferences.clothed', wishes.clothed, 'valueBoolean'),
  ];
}

const clearance = row => item('clearances', [], [
  ...['recorded', 'expires', 'began'].flatMap(name => given(`clearances.${name}`, row[name], 'valueDate')),
  ...given('clearances.role', row.role, 'valueString'),
  ...['findings', 'rules', 'techniques'].flatMap(name => listed(`clearances.${name}`, (row[name] ?? []).map(id => ({ valueString: id })))),
]);

function basics(intake) {
  const pain = intake.pain ?? {};
  return [
    ...given('age', intake.age, 'valueInteger'),
    ...(intake.sex ? [item('sex', [coding(GENDERS, intake.sex)])] : []),
    ...given('pain.intensity', pain.intensity, 'valueDecimal'),
    ...given('pain.duration_weeks', pain.duration_weeks, 'valueDecimal'),
    ...listed('pain.areas', codings('area', pain.areas)),
    ...listed('presentations', codings('presentation', intake.presentations)),
    ...(intake.presentations?.length === 0 ? [item('presentations.none_of', [{ valueBoolean: true }])] : []),
    ...listed('medications', (intake.medications ?? []).map(medicine)),
    ...listed('diagnoses', (intake.diagnoses ?? []).map(diagnosis)),
  ];
}

/** responseOf(intake) -> a QuestionnaireResponse; `more` adds or replaces members of it. */
export function responseOf(intake, more = {}) {
  const items = [
    ...(basics(intake).length ? [item('basics', [], basics(intake))] : []),
    ...(intake.none_of ?? []).map(list => item(list, [], [item(`${list}.none_of`, [{ valueBoolean: true }])])),
    ...(intake.findings ?? []).map(finding),
    ...(preferences(intake.preferences).length ? [item('preferences', [], preferences(intake.preferences))] : []),
    ...(intake.clearances ?? []).map(clearance),
    ...given('as_of', intake.as_of, 'valueDate'),
  ];
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: 'https://unknot.example/fhir/Questionnaire/massage-intake',
    status: 'completed',
    ...(items.length ? { item: items } : {}),
    ...more,
  };
}
