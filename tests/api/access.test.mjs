// Who may do what: every operation of the route table (`unknot routes`) against every kind of caller. An operation
// without an example here fails, so that a new route cannot be forgotten.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BINARY, MERGE_PATCH, once, sharedClinic } from './lib/clinic.mjs';
import { operation } from './lib/contract.mjs';
import { call } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { responseOf } from '../interop/lib/responses.mjs';
import { startService } from './lib/service.mjs';

const routes = spawnSync(BINARY, ['routes'], { encoding: 'utf8' }).stdout.trim().split('\n')
  .map(line => line.split(/ +/)).map(([method, path, id, scope, where]) => ({ method, path, id, scope, database: where === 'database' }));
const OPEN = ['catalogue:read', 'decisions:create'];
const guarded = routes.filter(r => r.scope !== '-' && !OPEN.includes(r.scope));
const open = routes.filter(r => OPEN.includes(r.scope));
const CLINIC_ONLY = ['plans:clear', 'therapists:write', 'patients:erase', 'audit:read'];
const scopes = [...new Set([...OPEN, ...guarded.map(r => r.scope), ...CLINIC_ONLY, 'plans:read', 'therapists:read'])];

const clinic = sharedClinic({ prepare });
const SELF = 'REF-SELF-7731', OTHER = 'REF-OTHER-7732';
const UNKNOWN = `unk_${'0'.repeat(32)}_${'A'.repeat(12)}_${'A'.repeat(43)}`;
const w = {}; // the world: keys, and things of the clinic

async function prepare() {
  w.clinic = clinic.makeKey();
  w.elsewhere = clinic.makeKey('--tenant', 'elsewhere', '--new-tenant');
  w.named = clinic.makeKey('--therapist', 't-named');
  w.unnamed = clinic.makeKey('--therapist', 't-unnamed');
  w.self = clinic.makeKey('--patient', SELF);
  w.other = clinic.makeKey('--patient', OTHER);
  w.publishable = clinic.makeKey('--publishable');
  w.revoked = clinic.makeKey();
  clinic.tool('key', 'revoke', w.revoked);
  w.expired = clinic.makeKey();
  clinic.sql(`UPDATE unknot.api_keys SET expires_at = now() - interval '1 second' WHERE key_id = '${w.expired.split('_')[2]}'`);
  w.lacking = Object.fromEntries(guarded.map(r => r.scope)
    .map(scope => [scope, clinic.makeKey('--scopes', scopes.filter(s => s !== scope).join(','))]));
  await clinic.made('/therapists', { therapist_id: 't-unnamed', name: 'Cleo', techniques: ['swedish'] }, { key: w.clinic });
  w.therapist = await clinic.made('/therapists', { therapist_id: 't-named', name: 'Ann', techniques: ['swedish'], pressure: { min: 1, max: 4 }, languages: ['en'] }, { key: w.clinic });
  w.plan = await clinic.plan(SELF, w.clinic, { therapist: 't-named' });
  w.session = await clinic.session(w.plan, w.clinic);
  w.sore = await clinic.made(`/care-plans/${w.plan.id}/sessions`, { status: 'done', planned_on: '2026-11-20', minutes: 30, adverse_events: [{ id: 'ae_soreness' }] }, { key: w.clinic });
  w.measurement = await clinic.made(`/care-plans/${w.plan.id}/measurements`, { instrument: 'nrs', score: 4 }, { key: w.clinic });
}

const planPath = (plan, rest = '') => `/care-plans/${plan.id}${rest}`;
const fhirPath = (plan, rest = '') => `/fhir/CarePlan/${plan.id}${rest}`;
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const sessionPath = (plan, session) => planPath(plan, `/sessions/${session.session_id}`);
const changed = async (target, json) => ({ target, json, headers: { ...MERGE_PATCH, 'if-match': await clinic.etag(target, w.clinic) } });
const removed = async target => ({ target, headers: { 'if-match': await clinic.etag(target, w.clinic) } });
const fresh = () => clinic.plan(SELF, w.clinic, { therapist: 't-named' });

/**
 * An example of each guarded operation: a right request, made anew for each caller, and who sees what it is about.
 *   plan: the clinic, the therapist it names, the patient.  person: the clinic and the patient.  tenant: everybody of the clinic.
 *   list: everybody gets an answer, with what they may see in it.  create: everybody, for themselves.
 */
// The whole of a tenant is for the clinic itself, whatever scope others hold.
const CLINIC_SELF = { named: 403, unnamed: 403, self: 403, other: 403 };
const ASYNC = { prefer: 'respond-async' };
const pathOf = url => url.replace(/^https?:\/\/[^/]+/, '');
const exported = async () => pathOf((await clinic.call('GET', '/fhir/$export?_type=CarePlan', { key: w.clinic, headers: ASYNC })).headers['content-location']);
const EXAMPLES = {
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
  fhirSearchProcedure: { sees: 'list', part: true, make: () => ({ target: `/fhir/Procedure?patient=${SELF}&_count=200` }) },
  fhirSearchProcedureByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/Procedure/_search', body: `patient=${SELF}&_count=200`, headers: FORM }) },
  fhirReadProcedure: { sees: 'plan', make: () => ({ target: `/fhir/Procedure/${w.plan.id.split('.')[0]}.${w.sore.session_id}` }) },
  fhirCreateProcedure: { sees: 'plan', elsewhere: 422, unnamed: 422, other: 422, make: async () => ({ target: '/fhir/Procedure', json: { resourceType: 'Procedure', status: 'completed', basedOn: [{ reference: `CarePlan/${(await fresh()).id}` }], subject: { reference: `Patient/${SELF}` }, performedDateTime: '2026-11-20' } }) },
  fhirCreateAdverseEvent: { sees: 'plan', elsewhere: 422, unnamed: 422, other: 422, make: async () => ({ target: '/fhir/AdverseEvent', json: { resourceType: 'AdverseEvent', actuality: 'actual', subject: { reference: `Patient/${SELF}` },
    event: { coding: [{ system: 'https://unknot.example/fhir/CodeSystem/adverse-event', code: 'ae_soreness' }] }, suspectEntity: [{ instance: { reference: `Procedure/${w.plan.id.split('.')[0]}.${w.sore.session_id}` } }] } }) },
  fhirUpdateGoal: { sees: 'plan', elsewhere: 405, unnamed: 405, other: 405, make: async () => ({ target: `/fhir/Goal/${w.plan.id}`, json: { ...(await clinic.call('GET', `/fhir/Goal/${w.plan.id}`, { key: w.clinic })).json, description: { text: 'To garden again' } } }) },
  fhirReadAdverseEvent: { sees: 'plan', make: () => ({ target: `/fhir/AdverseEvent/${w.plan.id.split('.')[0]}.${w.sore.session_id}.0` }) },
  fhirSearchPractitioner: { sees: 'list', part: true, make: () => ({ target: '/fhir/Practitioner' }) },
  fhirSearchPractitionerByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/Practitioner/_search', headers: FORM }) },
  fhirReadPractitioner: { sees: 'tenant', make: () => ({ target: '/fhir/Practitioner/t-named' }) },
  fhirSearchPractitionerRole: { sees: 'list', part: true, make: () => ({ target: '/fhir/PractitionerRole' }) },
  fhirSearchPractitionerRoleByForm: { sees: 'list', part: true, make: () => ({ target: '/fhir/PractitionerRole/_search', headers: FORM }) },
  fhirReadPractitionerRole: { sees: 'tenant', make: () => ({ target: '/fhir/PractitionerRole/t-named' }) },
  getCdsStats: { sees: 'create', make: () => ({ target: '/cds-services/massage-patient-view/stats' }) },
  listAuditEvents: { sees: 'list', make: () => ({ target: `/audit-events?patient=${SELF}&limit=200` }) },
};

const SEES = {
  plan: { clinic: 2, elsewhere: 404, named: 2, unnamed: 404, self: 2, other: 404 },
  person: { clinic: 2, elsewhere: 404, named: 404, unnamed: 404, self: 2, other: 404 },
  tenant: { clinic: 2, elsewhere: 404, named: 2, unnamed: 2, self: 2, other: 2 },
  list: { clinic: 2, elsewhere: 2, named: 2, unnamed: 2, self: 2, other: 2 },
  create: { clinic: 2, elsewhere: 2, named: 2, unnamed: 2, self: 2, other: 2 },
};
const CALLERS = Object.keys(SEES.plan);
const BAD = { 'no credential': {}, 'an unknown key': { authorization: `Bearer ${UNKNOWN}` }, 'half a key': { authorization: `Bearer ${UNKNOWN.slice(0, 60)}` },
  'another scheme': { authorization: 'Basic eDp5' }, 'no token at all': { authorization: 'Bearer ' }, 'a key in the wrong place': { 'x-api-key': 'x' } };

/** What this caller is to get: 2 stands for any success. */
function wanted(route, row, who) {
  const scoped = !(['named', 'unnamed', 'self', 'other'].includes(who) && CLINIC_ONLY.includes(route.scope));
  if (!scoped) return 403;
  return row[who] ?? SEES[row.sees][who];
}

async function attempt(route, row, headers, who) {
  const { target, json, body, headers: more } = await row.make(who);
  const write = route.method === 'GET' ? {} : once();
  return clinic.call(route.method, target, { json, body, headers: { ...write, ...more, ...headers } });
}
// `part`: lists of what hangs on a plan or a therapist, whose rows tests/interop looks at.
const typeFor = ({ method, path }) => (/_search$/.test(path) ? FORM : method !== 'PATCH' ? {} : /^\/fhir/.test(path) ? JSON_PATCH : MERGE_PATCH);
const as = key => ({ authorization: `Bearer ${key}` });

test('every guarded operation has an example here, and says its scope in the contract', () => {
  assert.ok(guarded.length > 20, 'the route table was read');
  assert.deepEqual(guarded.map(r => r.id).sort(), Object.keys(EXAMPLES).sort());
  for (const r of guarded) {
    const { spec } = operation(r.id);
    assert.match(`${spec.description}`, new RegExp(`\`${r.scope}\``), r.id);
    assert.ok(spec.security?.every(s => Object.keys(s).length > 0), `${r.id}: the contract does not ask for a credential`);
  }
  for (const r of routes.filter(r => !guarded.includes(r)))
    assert.ok(!operation(r.id).spec.security || operation(r.id).spec.security.some(s => Object.keys(s).length === 0), r.id);
});

for (const route of guarded) {
  const row = EXAMPLES[route.id];
  test(`${route.id}: no credential, or one that does not hold: 401`, async () => {
    const bad = { ...BAD, 'a revoked key': as(w.revoked), 'an expired key': as(w.expired), 'two credentials': { ...as(w.clinic), 'x-api-key': w.clinic } };
    for (const [what, headers] of Object.entries(bad)) {
      const answer = await attempt(route, row, headers);
      assert.equal(answer.status, 401, `${what}: ${answer.text}`);
      assert.match(answer.headers['www-authenticate'], /^Bearer realm="unknot"/);
    }
  });

  test(`${route.id}: a key without ${route.scope}, or one that an app may ship: 403`, async () => {
    for (const key of [w.lacking[route.scope], w.publishable]) {
      const answer = await attempt(route, row, as(key));
      assert.equal(answer.status, 403, answer.text);
      assert.match(answer.headers['www-authenticate'], new RegExp(`error="insufficient_scope", scope="${route.scope}"`));
    }
  });

  test(`${route.id}: what is somebody else's is not there: 404`, async () => {
    for (const who of CALLERS) {
      const answer = await attempt(route, row, as(w[who]), who);
      const want = wanted(route, row, who);
      assert.equal(want === 2 ? Math.floor(answer.status / 100) : answer.status, want, `${who}: ${answer.status} ${answer.text}`);
      if (want === 404) assert.doesNotMatch(answer.text, new RegExp(`${SELF}|Another title`), `${who} is told`);
      const mine = ['clinic', 'named', 'self'].includes(who) || (row.all === true && who !== 'elsewhere');
      if (row.sees === 'list' && want === 2 && !row.part) assert.equal(new RegExp(`${w.plan.id}|"t-named"|therapists/t-named`).test(answer.text), mine, `${who}: ${answer.text}`);
    }
  });
}

test('a key may come in X-Api-Key', async () => {
  const answer = await clinic.call('GET', planPath(w.plan), { headers: { 'x-api-key': w.clinic } });
  assert.equal(answer.status, 200, answer.text);
});

test('matches need the scope of plans too: they say much about a person', async () => {
  const answer = await attempt(guarded.find(r => r.id === 'listTherapistMatches'), EXAMPLES.listTherapistMatches, as(w.lacking['plans:read']));
  assert.equal(answer.status, 403, answer.text);
});

test('lists asked for somebody else are empty, tombstones and all', async () => {
  const since = new Date(Date.now() - 1).toISOString(); // after the erasure above
  const touched = await changed(planPath(w.plan), { title: 'Changed since' });
  assert.equal((await clinic.call('PATCH', touched.target, { key: w.clinic, ...touched })).status, 200);
  const gone = await fresh();
  const deleted = await clinic.call('DELETE', planPath(gone), { key: w.clinic, headers: { ...once(), ...(await removed(planPath(gone))).headers } });
  assert.equal(deleted.status, 204, deleted.text);
  const asks = [`?patient=${SELF}`, `?patient=${SELF}&changed_since=${since}`, `?changed_since=${since}`, "?therapist=t-named", `?therapist=t-named&changed_since=${since}`].map(query => `/care-plans${query}&limit=200`);
  for (const target of asks) {
    const seen = async key => {
      const answer = await clinic.call('GET', target, { key });
      assert.equal(answer.status, 200, answer.text);
      return answer.json.items.map(item => item.id);
    };
    for (const who of ['elsewhere', 'unnamed', 'other']) {
      const ids = await seen(w[who]);
      assert.ok(!ids.includes(w.plan.id) && !ids.includes(gone.id), `${who} ${target}`);
    }
    const ids = await seen(w.clinic);
    assert.ok(ids.includes(w.plan.id), `the clinic sees ${target}`);
    assert.equal(ids.includes(gone.id), target.includes('changed_since'), target);
  }
});

test('a cursor serves only whom it was made for', async () => {
  await fresh();
  const { json } = await clinic.call('GET', '/care-plans?limit=1', { key: w.clinic });
  for (const who of ['elsewhere', 'named', 'self']) {
    const answer = await clinic.call('GET', `/care-plans?cursor=${encodeURIComponent(json.next_cursor)}`, { key: w[who] });
    assert.ok(answer.status === 422 || answer.status === 400, `${who}: ${answer.status} ${answer.text}`);
  }
});

test('an Idempotency-Key is its caller\'s own: another gets no replay', async () => {
  const headers = once();
  const body = { patient: SELF, intake: example('office-worker'), time_zone: 'Europe/London' };
  const first = await clinic.call('POST', '/care-plans', { key: w.clinic, json: body, headers });
  assert.equal(first.status, 201, first.text);
  for (const who of ['elsewhere', 'named', 'self']) {
    const answer = await clinic.call('POST', '/care-plans', { key: w[who], json: body, headers });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers['idempotency-replayed'], undefined, who);
    assert.notEqual(answer.json.id, first.json.id);
  }
});

test('without a database: 401 for who can be refused, 503 for who cannot be known, decisions for everybody', async () => {
  const alone = await startService();
  try {
    for (const route of guarded) {
      const target = route.path.replace(/\{\w+\}/g, 'x');
      const send = headers => call(alone, route.method, target, { json: /POST|PUT|PATCH/.test(route.method) ? {} : undefined, headers: { ...headers, ...typeFor(route) } });
      for (const what of Object.keys(BAD).filter(what => what !== 'an unknown key')) assert.equal((await send(BAD[what])).status, 401, `${route.id}: ${what}`);
      const answer = await send(as(UNKNOWN));
      assert.equal(answer.status, 503, `${route.id} ${answer.text}`);
      assert.ok(Number(answer.headers['retry-after']) > 0);
    }
    for (const [id, json] of [['listTechniques'], ['createRecommendation', {}]])
      for (const headers of [{}, as(UNKNOWN)]) assert.equal((await call(alone, operation(id).method, operation(id).path, { json, headers })).status, 200, id);
  } finally {
    await alone.stop();
  }
});

test('anonymous off: the catalogue and decisions need a credential, what says how to use the service does not', async () => {
  const closed = await startService({ settings: { anonymous: 'off', 'database-url': clinic.url() } });
  const KNOWN = { technique_id: 'swedish', presentation_id: 'nslbp_chronic', finding_id: 'rf_saddle', rule_id: 'C1.rf_saddle', source_key: 'furlan2015', id: 'swedish' };
  try {
    for (const route of open) {
      const target = `${route.path.replace(/\{(\w+)\}/g, (_, name) => KNOWN[name] ?? 'x')}${route.id === 'translateCode' ? '?system=icd10cm&code=I82.4' : ''}`;
      const send = headers => call(closed, route.method, target, { json: route.method === 'POST' ? {} : undefined, headers: { ...headers, ...typeFor(route) } });
      assert.equal((await send({})).status, 401, route.id);
      const { status } = await send(as(w.publishable));
      assert.ok(![401, 403].includes(status) && status < 500, `${route.id} ${status}`);
    }
    for (const path of ['/', '/livez', '/openapi.json', '/problems', '/metrics']) assert.equal((await call(closed, 'GET', path)).status, 200, path);
  } finally {
    await closed.stop();
  }
});
