// A right request of every operation of the route table (`unknot routes`), for tests that walk them all: who may do it,
// what it does with hostile text, what happens when memory or the database fails. A test that finds no request for an
// operation fails, so that a new route cannot be forgotten.
//   const w = {};                                          // the world: keys, and things of the clinic
//   const clinic = sharedClinic({ prepare: async () => { w.clinic = clinic.makeKey(); await populate(clinic, w); } });
//   const { target, json, body, headers } = await requests(clinic, w).createCarePlan.make();
import { spawnSync } from 'node:child_process';
import { responseOf } from '../../interop/lib/responses.mjs';
import { BINARY, MERGE_PATCH } from './clinic.mjs';
import { example } from './people.mjs';

export const routes = spawnSync(BINARY, ['routes'], { encoding: 'utf8' }).stdout.trim().split('\n')
  .map(line => line.split(/ +/)).map(([method, path, id, scope, where]) => ({ method, path, id, scope, database: where === 'database' }));
export const OPEN = ['catalogue:read', 'decisions:create'];
/** Those that need a credential; the others are the catalogue, decisions, and what says how to use the service. */
export const guarded = routes.filter(r => r.scope !== '-' && !OPEN.includes(r.scope));

export const SELF = 'REF-SELF-7731';
export const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const typeFor = ({ method, path }) => (/_search$/.test(path) ? FORM : method !== 'PATCH' ? {} : /^\/fhir/.test(path) ? JSON_PATCH : MERGE_PATCH);

/** Needs w.clinic, a key of the clinic. */
export async function populate(clinic, w) {
  await clinic.made('/therapists', { therapist_id: 't-unnamed', name: 'Cleo', techniques: ['swedish'] }, { key: w.clinic });
  w.therapist = await clinic.made('/therapists', { therapist_id: 't-named', name: 'Ann', techniques: ['swedish'], pressure: { min: 1, max: 4 }, languages: ['en'] }, { key: w.clinic });
  w.plan = await clinic.plan(SELF, w.clinic, { therapist: 't-named' });
  w.session = await clinic.session(w.plan, w.clinic);
  w.sore = await clinic.made(`/care-plans/${w.plan.id}/sessions`, { status: 'done', planned_on: '2026-11-20', minutes: 30, adverse_events: [{ id: 'ae_soreness' }] }, { key: w.clinic });
  w.measurement = await clinic.made(`/care-plans/${w.plan.id}/measurements`, { instrument: 'nrs', score: 4 }, { key: w.clinic });
  w.link = await clinic.made(`/care-plans/${w.plan.id}/calendar-links`, {}, { key: w.clinic });
}

export const planPath = (plan, rest = '') => `/care-plans/${plan.id}${rest}`;
const fhirPath = (plan, rest = '') => `/fhir/CarePlan/${plan.id}${rest}`;
const sessionPath = (plan, session) => planPath(plan, `/sessions/${session.session_id}`);
const pathOf = url => url.replace(/^https?:\/\/[^/]+/, '');

/** Requests that are made of what is there: a change of the present version, a plan that nobody has touched (of that patient). */
export const makers = (clinic, w, patient = SELF) => ({
  changed: async (target, json) => ({ target, json, headers: { ...MERGE_PATCH, 'if-match': await clinic.etag(target, w.clinic) } }),
  removed: async target => ({ target, headers: { 'if-match': await clinic.etag(target, w.clinic) } }),
  fresh: () => clinic.plan(patient, w.clinic, { therapist: 't-named' }),
});

// The whole of a tenant is for the clinic itself, whatever scope others hold.
const CLINIC_SELF = { named: 403, unnamed: 403, self: 403, other: 403 };
const ASYNC = { prefer: 'respond-async' };

/**
 * Of each guarded operation: a right request, made anew for each caller, and who sees what it is about.
 *   plan: the clinic, the therapist it names, the patient.  person: the clinic and the patient.  tenant: everybody of the clinic.
 *   list: everybody gets an answer, with what they may see in it.  create: everybody, for themselves.
 */
export function guardedRequests(clinic, w, patient) {
  const { changed, removed, fresh } = makers(clinic, w, patient);
  const exported = async () => pathOf((await clinic.call('GET', '/fhir/$export?_type=CarePlan', { key: w.clinic, headers: ASYNC })).headers['content-location']);
  return {
    listCarePlans: { sees: 'list', make: () => ({ target: '/care-plans' }) },
    createCarePlan: { sees: 'create', make: who => ({ target: '/care-plans', json: { patient: who === 'elsewhere' ? 'REF-THEIRS' : SELF, intake: example('office-worker'), time_zone: 'Europe/London' } }), other: 404 },
    getCarePlan: { sees: 'plan', make: () => ({ target: planPath(w.plan) }) },
    getCarePlanVersion: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/versions/1') }) },
    patchCarePlan: { sees: 'plan', make: () => changed(planPath(w.plan), { title: 'Another title' }) },
    deleteCarePlan: { sees: 'plan', make: async () => removed(planPath(await fresh())) },
    listCarePlanHistory: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/history') }) },
    createClearance: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/clearances'), json: { role: 'doctor', recorded: '2026-11-01' } }) },
    createRecheck: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/re-checks'), json: { intake: example('office-worker') } }) },
    listSessions: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/sessions') }) },
    createSession: { sees: 'plan', make: async () => ({ target: planPath(await fresh(), '/sessions'), json: { status: 'done', planned_on: '2026-11-20', minutes: 30 } }) },
    getSession: { sees: 'plan', make: () => ({ target: sessionPath(w.plan, w.session) }) },
    updateSession: { sees: 'plan', make: () => changed(sessionPath(w.plan, w.session), { notes: 'went well' }) },
    deleteSession: { sees: 'plan', make: async () => { const plan = await fresh(); return removed(sessionPath(plan, await clinic.session(plan, w.clinic))); } },
    listMeasurements: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/measurements') }) },
    createMeasurement: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/measurements'), json: { instrument: 'nrs', score: 3 } }) },
    getProgress: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/progress') }) },
    getCarePlanSummary: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/summary') }) },
    getCarePlanCalendar: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/calendar.ics') }) },
    listCalendarLinks: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/calendar-links') }) },
    createCalendarLink: { sees: 'plan', make: () => ({ target: planPath(w.plan, '/calendar-links'), json: {} }) },
    deleteCalendarLink: { sees: 'plan', make: async () => ({ target: planPath(w.plan, `/calendar-links/${(await clinic.made(planPath(w.plan, '/calendar-links'), {}, { key: w.clinic })).link_id}`) }) },
    listTherapists: { sees: 'list', all: true, make: () => ({ target: '/therapists' }) },
    createTherapist: { sees: 'create', make: () => ({ target: '/therapists', json: { name: 'Bob', techniques: ['swedish'] } }) },
    listTherapistMatches: { sees: 'plan', make: () => ({ target: `/therapists/matches?care_plan=${w.plan.id}` }) },
    getTherapist: { sees: 'tenant', make: () => ({ target: '/therapists/t-named' }) },
    updateTherapist: { sees: 'tenant', make: () => changed('/therapists/t-named', { name: 'Anna' }) },
    deleteTherapist: { sees: 'tenant', make: async () => removed(`/therapists/${(await clinic.made('/therapists', { name: 'Gone', techniques: ['swedish'] }, { key: w.clinic })).therapist_id}`) },
    exportPatient: { sees: 'person', make: () => ({ target: `/patients/${SELF}/export` }) },
    erasePatient: { sees: 'person', make: async () => { await clinic.plan('REF-ERASE', w.clinic); return { target: '/patients/REF-ERASE' }; } },
    fhirSearchCarePlan: { sees: 'list', make: () => ({ target: `/fhir/CarePlan?patient=${SELF}&_count=200&_elements=id` }) },
    fhirSearchCarePlanByForm: { sees: 'list', make: () => ({ target: '/fhir/CarePlan/_search', body: `patient=${SELF}&_count=200&_elements=id`, headers: FORM }) },
    fhirCreateCarePlan: { sees: 'create', other: 404, make: who => ({ target: '/fhir/CarePlan', json: { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${who === 'elsewhere' ? 'REF-THEIRS' : SELF}` }, contained: [responseOf(example('office-worker'))] } }) },
    fhirReadCarePlan: { sees: 'plan', make: () => ({ target: fhirPath(w.plan) }) },
    fhirUpdateCarePlan: { sees: 'plan', elsewhere: 405, unnamed: 405, other: 405, make: async () => ({ target: fhirPath(w.plan), json: { ...(await clinic.call('GET', fhirPath(w.plan), { key: w.clinic })).json, title: 'Another title' } }) },
    fhirPatchCarePlan: { sees: 'plan', make: () => ({ target: fhirPath(w.plan), json: [{ op: 'replace', path: '/title', value: 'Another title' }], headers: JSON_PATCH }) },
    fhirDeleteCarePlan: { sees: 'plan', make: async () => ({ target: fhirPath(await fresh()) }) },
    fhirHistoryCarePlan: { sees: 'plan', make: () => ({ target: fhirPath(w.plan, '/_history') }) },
    fhirVreadCarePlan: { sees: 'plan', make: async () => ({ target: fhirPath(await fresh(), '/_history/1') }) },
    fhirPatientEverything: { sees: 'person', make: () => ({ target: `/fhir/Patient/${SELF}/$everything` }) },
    fhirExport: { sees: 'create', ...CLINIC_SELF, make: () => ({ target: '/fhir/$export', headers: ASYNC }) },
    fhirExportStatus: { sees: 'tenant', ...CLINIC_SELF, make: async () => ({ target: await exported() }) },
    fhirExportDelete: { sees: 'tenant', ...CLINIC_SELF, make: async () => ({ target: await exported() }) },
    fhirExportFile: { sees: 'tenant', ...CLINIC_SELF, make: async () => ({ target: pathOf((await clinic.call('GET', await exported(), { key: w.clinic })).json.output[0].url) }) },
    fhirSearchGoal: { sees: 'list', make: () => ({ target: `/fhir/Goal?patient=${SELF}&_count=200&_elements=id` }) },
    fhirSearchGoalByForm: { sees: 'list', make: () => ({ target: '/fhir/Goal/_search', body: `patient=${SELF}&_count=200&_elements=id`, headers: FORM }) },
    fhirReadGoal: { sees: 'plan', make: () => ({ target: `/fhir/Goal/${w.plan.id}` }) },
    fhirSearchProvenance: { sees: 'list', make: () => ({ target: `/fhir/Provenance?patient=${SELF}&_count=200&_elements=id` }) },
    fhirSearchProvenanceByForm: { sees: 'list', make: () => ({ target: '/fhir/Provenance/_search', body: `patient=${SELF}&_count=200&_elements=id`, headers: FORM }) },
    fhirReadProvenance: { sees: 'plan', make: () => ({ target: `/fhir/Provenance/${w.plan.id}` }) },
    fhirSearchObservation: { sees: 'list', part: true, make: () => ({ target: `/fhir/Observation?patient=${SELF}&_count=200` }) },
    fhirSearchObservationByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/Observation/_search', body: `patient=${SELF}&_count=200`, headers: FORM }) },
    fhirSearchAdverseEvent: { sees: 'list', part: true, make: () => ({ target: `/fhir/AdverseEvent?patient=${SELF}&_count=200` }) },
    fhirSearchAdverseEventByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/AdverseEvent/_search', body: `patient=${SELF}&_count=200`, headers: FORM }) },
    fhirReadObservation: { sees: 'plan', make: () => ({ target: `/fhir/Observation/${w.plan.id.split('.')[0]}.${w.measurement.measurement_id}` }) },
    fhirCreateObservation: { sees: 'plan', elsewhere: 422, unnamed: 422, other: 422, make: () => ({ target: '/fhir/Observation', json: { resourceType: 'Observation', status: 'final', basedOn: [{ reference: `CarePlan/${w.plan.id}` }], subject: { reference: `Patient/${SELF}` }, code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 3 } } }) },
    fhirReadAdverseEvent: { sees: 'plan', make: () => ({ target: `/fhir/AdverseEvent/${w.plan.id.split('.')[0]}.${w.sore.session_id}.0` }) },
    fhirSearchProcedure: { sees: 'list', part: true, make: () => ({ target: `/fhir/Procedure?patient=${SELF}&_count=200` }) },
    fhirSearchProcedureByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/Procedure/_search', body: `patient=${SELF}&_count=200`, headers: FORM }) },
    fhirReadProcedure: { sees: 'plan', make: () => ({ target: `/fhir/Procedure/${w.plan.id.split('.')[0]}.${w.sore.session_id}` }) },
    fhirCreateProcedure: { sees: 'plan', elsewhere: 422, unnamed: 422, other: 422, make: async () => { const plan = await fresh(); return { target: '/fhir/Procedure', json: { resourceType: 'Procedure', status: 'completed', basedOn: [{ reference: `CarePlan/${plan.id}` }], subject: { reference: `Patient/${plan.patient}` }, performedDateTime: '2026-11-20' } }; } },
    fhirCreateAdverseEvent: { sees: 'plan', elsewhere: 422, unnamed: 422, other: 422, make: async () => ({ target: '/fhir/AdverseEvent', json: { resourceType: 'AdverseEvent', actuality: 'actual', subject: { reference: `Patient/${SELF}` },
      event: { coding: [{ system: 'https://unknot.example/fhir/CodeSystem/adverse-event', code: 'ae_soreness' }] }, suspectEntity: [{ instance: { reference: `Procedure/${w.plan.id.split('.')[0]}.${w.sore.session_id}` } }] } }) },
    fhirBundle: { sees: 'plan', make: () => ({ target: '/fhir', json: { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'GET', url: `CarePlan/${w.plan.id}` } }] } }) },
    fhirUpdateGoal: { sees: 'plan', elsewhere: 405, unnamed: 405, other: 405, make: async () => ({ target: `/fhir/Goal/${w.plan.id}`, json: { ...(await clinic.call('GET', `/fhir/Goal/${w.plan.id}`, { key: w.clinic })).json, description: { text: 'To garden again' } } }) },
    fhirSearchPractitioner: { sees: 'list', part: true, make: () => ({ target: '/fhir/Practitioner' }) },
    fhirSearchPractitionerByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/Practitioner/_search', headers: FORM }) },
    fhirReadPractitioner: { sees: 'tenant', make: () => ({ target: '/fhir/Practitioner/t-named' }) },
    fhirSearchPractitionerRole: { sees: 'list', part: true, make: () => ({ target: '/fhir/PractitionerRole' }) },
    fhirSearchPractitionerRoleByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/PractitionerRole/_search', headers: FORM }) },
    fhirReadPractitionerRole: { sees: 'tenant', make: () => ({ target: '/fhir/PractitionerRole/t-named' }) },
    getCdsStats: { sees: 'create', make: () => ({ target: '/cds-services/massage-patient-view/stats' }) },
    listAuditEvents: { sees: 'list', make: () => ({ target: `/audit-events?patient=${SELF}&limit=200` }) },
  };
}

const KNOWN = { technique_id: 'swedish', presentation_id: 'nslbp_chronic', finding_id: 'rf_saddle', rule_id: 'C1.rf_saddle', source_key: 'furlan2015',
  problem_name: 'not-found', service_id: 'massage-order-sign' };
/** An id of each definition that is read by one. */
const DEFINITIONS = { ActivityDefinition: 'swedish', PlanDefinition: 'massage-for-back-pain', Questionnaire: 'massage-intake', CodeSystem: 'technique', ValueSet: 'technique',
  OperationDefinition: 'PlanDefinition-apply' };
const TECHNIQUES = 'https://unknot.example/fhir/CodeSystem/technique', SET = 'https://unknot.example/fhir/ValueSet/technique';
const query = members => `?${new URLSearchParams(members)}`;
const ASKED = {
  translateCode: query({ system: 'icd10cm', code: 'I82.4' }),
  fhirLookupCode: query({ system: TECHNIQUES, code: 'swedish' }),
  fhirValidateCodeOfSystem: query({ url: TECHNIQUES, code: 'swedish' }),
  fhirValidateCodeOfSet: query({ url: SET, system: TECHNIQUES, code: 'swedish' }),
  fhirExpandValueSet: query({ url: SET }),
  fhirApplyPlanDefinitionToSubject: query({ subject: 'Patient/p1' }),
};
const SUBJECT = { reference: 'Patient/p1' };
const coded = (system, code, text) => ({ text, coding: [{ system, code, display: text }] });
const bundle = resource => ({ resourceType: 'Bundle', type: 'searchset', entry: [{ resource }] });
/** An order for massage, and a record with something in every part of the prefetch. */
export const cdsCall = () => ({
  hook: 'order-sign', hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea', fhirServer: 'https://ehr.example/fhir',
  fhirAuthorization: { access_token: 'secret', token_type: 'Bearer', expires_in: 300, scope: 'user/*.read', subject: 'x' },
  context: { userId: 'Practitioner/dr1', patientId: 'p1', encounterId: 'e1',
    draftOrders: bundle({ resourceType: 'ServiceRequest', id: 'order-1', status: 'draft', intent: 'order', subject: SUBJECT, code: { text: 'Deep tissue massage' } }) },
  prefetch: {
    patient: { resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1969-03-01', name: [{ family: 'Doe' }] },
    conditions: bundle({ resourceType: 'Condition', id: 'c1', subject: SUBJECT, code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'I82.4', 'a clot'),
      clinicalStatus: { coding: [{ code: 'active' }] }, onsetDateTime: '2026-10-01', note: [{ text: 'left leg' }] }),
    medicationRequests: bundle({ resourceType: 'MedicationRequest', id: 'm1', status: 'active', intent: 'order', subject: SUBJECT, authoredOn: '2026-01-01',
      medicationCodeableConcept: coded('http://www.nlm.nih.gov/research/umls/rxnorm', '1364430', 'Eliquis 5 mg') }),
    medicationStatements: bundle({ resourceType: 'MedicationStatement', id: 's1', status: 'active', subject: SUBJECT, medicationCodeableConcept: { text: 'something of the pharmacy' } }),
    allergies: bundle({ resourceType: 'AllergyIntolerance', id: 'a1', patient: SUBJECT, code: { text: 'nuts' } }),
    observations: bundle({ resourceType: 'Observation', id: 'o1', status: 'final', subject: SUBJECT, effectiveDateTime: '2026-11-20', code: coded('http://loinc.org', '72514-3', 'Pain'),
      valueQuantity: { value: 4, unit: '{score}', code: '{score}' } }),
    answers: bundle({ ...responseOf({ pain: { intensity: 4, duration_weeks: 30, areas: ['low_back'] } }), id: 'q1', subject: SUBJECT }),
  },
});
const BODIES = {
  createRecommendation: () => ({ ...example('cleared-by-doctor'), medications: [{ text: 'warfarin' }], diagnoses: [{ system: 'icd10cm', code: 'M54.5' }] }),
  createContraindicationCheck: () => example('check-deep-tissue'),
  callCdsService: cdsCall,
  sendCdsFeedback: () => ({ feedback: [{ card: '0b1d1a4e-9a0e-4d55-8f3c-111111111111', outcome: 'overridden', outcomeTimestamp: '2026-11-22T10:00:00Z',
    overrideReason: { reason: { code: 'other', system: 'https://unknot.example/fhir/CodeSystem/override-reason', display: 'Another' }, userComment: 'seen' } }] }),
  fhirAssessQuestionnaireResponse: () => responseOf(example('cleared-by-doctor')),
  fhirApplyPlanDefinition: () => ({ resourceType: 'Parameters', parameter: [{ name: 'subject', valueString: 'Patient/p1' }, { name: 'data', resource: responseOf(example('office-worker')) }] }),
};

/** The same of those that everybody may call. */
export const openRequests = (clinic, w) => Object.fromEntries(routes.filter(r => !guarded.includes(r)).map(r => {
  const type = r.path.split('/')[2];
  const target = () => (r.id === 'getCalendar' ? w.link.url
    : r.path.replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? DEFINITIONS[type] : KNOWN[name])) + (ASKED[r.id] ?? ''));
  const make = () => ({ target: target(), ...(BODIES[r.id] && { json: BODIES[r.id]() }), ...(/_search$/.test(r.path) && { body: '_count=2', headers: FORM }) });
  return [r.id, { make }];
}));

export const requests = (clinic, w, patient) => ({ ...openRequests(clinic, w), ...guardedRequests(clinic, w, patient) });
