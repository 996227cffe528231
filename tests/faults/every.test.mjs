// Every allocation and every statement of a set of requests fails once: the answer is a clean problem or the right answer,
// nothing half-written stays, and the service goes on. Under ASan, so that a leak or a use of what is not there is a failure.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Clinic, MERGE_PATCH, bearer, once } from '../api/lib/clinic.mjs';
import { hold } from '../api/lib/contract.mjs';
import { example } from '../api/lib/people.mjs';
import { responseOf } from '../interop/lib/responses.mjs';
import { startService } from '../api/lib/service.mjs';
import { Client } from './lib/client.mjs';
import { FAULTY, Page } from './lib/page.mjs';

const MOST = Number(process.env.UNKNOT_FAULTS_EACH ?? 20); // places a request and way of failing; all of them in the long form

const page = new Page();
const clinic = new Clinic();
let client, plan, session;
before(async () => {
  clinic.service = await startService({ binary: FAULTY, env: { ...clinic.env, UNKNOT_FAULTS: page.path }, settings: { 'statement-ms': 5000 } });
  clinic.key = clinic.makeKey();
  client = new Client(clinic.service);
  plan = await clinic.plan('P-faults', clinic.key);
  session = await clinic.session(plan, clinic.key);
});
after(async () => {
  client?.close();
  await clinic.end();
  page.end();
});

const own = () => bearer(clinic.key);
const planPath = rest => `/care-plans/${plan.id}${rest}`;
const versioned = async target => ({ 'if-match': await clinic.etag(target, clinic.key) });
let number = 0;

/** Requests: [method, target, headers, json], made anew for each try; `left`: what is there afterwards if it counted. */
const REQUESTS = {
  'a technique': () => ['GET', '/techniques/swedish'],
  'a search': () => ['GET', '/techniques?q=oil&max_pressure=3'],
  'a recommendation': () => ['POST', '/recommendations', {}, example('warfarin')],
  'a body of lines': () => ['POST', '/recommendations', { 'content-type': 'application/x-ndjson' }, example('warfarin')],
  'a check': () => ['POST', '/contraindication-checks', {}, example('check-deep-tissue')],
  'a refused intake': () => ['POST', '/recommendations', {}, example('refused-red-flag')],
  'the index': () => ['GET', '/'],
  'FHIR metadata': () => ['GET', '/fhir/metadata'],
  'a FHIR definition': () => ['GET', '/fhir/Questionnaire?_count=1'],
  'a FHIR plan': () => ['GET', `/fhir/CarePlan/${plan.id}`, own()],
  'FHIR plans': () => ['GET', '/fhir/CarePlan?_count=2', own()],
  'FHIR definitions in order': () => ['GET', '/fhir/ActivityDefinition?_sort=-title&_elements=title&_count=2&date=ge2000'],
  'a FHIR translation': () => ['POST', '/fhir/ConceptMap/$translate', { 'content-type': 'application/fhir+json' }, { resourceType: 'Parameters',
    parameter: [{ name: 'coding', valueCoding: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I82.4' } }] }],
  'a FHIR history': () => ['GET', `/fhir/CarePlan/${plan.id}/_history`, own()],
  'a version of a plan': () => ['GET', planPath('/versions/1'), own()],
  'FHIR sessions with their plan': () => ['GET', '/fhir/Procedure?patient=P-faults&_include=Procedure:based-on&_total=accurate', own()],
  'CDS services': () => ['GET', '/cds-services'],
  'a plan': () => ['GET', planPath(''), own()],
  'plans': () => ['GET', '/care-plans?limit=2', own()],
  'what changed': () => ['GET', '/care-plans?changed_since=2020-01-01T00:00:00Z', own()],
  'history': () => ['GET', planPath('/history'), own()],
  'sessions': () => ['GET', planPath('/sessions'), own()],
  'progress': () => ['GET', planPath('/progress'), own()],
  'a chart': () => ['GET', planPath('/progress'), { ...own(), accept: 'image/svg+xml' }],
  'a page': () => ['GET', planPath('/summary'), { ...own(), accept: 'text/html' }],
  'a calendar': () => ['GET', planPath('/calendar.ics'), own()],
  'therapists': () => ['GET', '/therapists', own()],
  'a patient export': () => ['GET', '/patients/P-faults/export', own()],
  'audit events': () => ['GET', '/audit-events?limit=5', own()],
};
const OPEN = new Set(['a technique', 'a search', 'a recommendation', 'a body of lines', 'a check', 'a refused intake', 'the index', 'FHIR metadata', 'a FHIR definition', 'FHIR definitions in order', 'a FHIR translation', 'CDS services']); // no database
const carePlan = subject => ({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: `Patient/${subject}` }, contained: [{ ...responseOf(example('office-worker')), id: 'answers' }] });
/** Numbers of rows, in one look. */
const rows = (...statements) => clinic.sql(`SELECT ${statements.map(s => `(${s})`).join(', ')}`)[0].map(Number);
const WRITES = {
  'a new plan': { make: () => ['POST', '/care-plans', { ...own(), ...once() }, { patient: `P-new-${number}`, intake: example('office-worker'), time_zone: 'Europe/London' }],
    count: () => rows('SELECT count(*) FROM unknot.care_plans', 'SELECT count(*) FROM unknot.care_plan_history',
      "SELECT count(*) FROM unknot.audit_events WHERE action = 'care_plan.create'", "SELECT count(*) FROM unknot.idempotency_keys WHERE route = 'POST /care-plans'") },
  'a changed plan': { make: async () => ['PATCH', planPath(''), { ...own(), ...once(), ...MERGE_PATCH, ...await versioned(planPath('')) }, { title: `T ${number}` }],
    count: () => rows(`SELECT version FROM unknot.care_plans WHERE plan_id = '${plan.id.split('.')[1]}'`, `SELECT count(*) FROM unknot.care_plan_history WHERE plan_id = '${plan.id.split('.')[1]}'`,
      `SELECT count(*) FROM unknot.care_plan_versions WHERE plan_id = '${plan.id.split('.')[1]}'`) },
  'a logged session': { make: () => ['POST', planPath('/sessions'), { ...own(), ...once() }, { status: 'missed', planned_on: '2026-11-20' }],
    count: () => rows('SELECT count(*) FROM unknot.sessions', "SELECT count(*) FROM unknot.audit_events WHERE action = 'session.log'") },
  'a measurement': { make: () => ['POST', planPath('/measurements'), { ...own(), ...once() }, { instrument: 'nrs', score: 3 }],
    count: () => rows('SELECT count(*) FROM unknot.measurements', "SELECT count(*) FROM unknot.audit_events WHERE action = 'measurement.add'") },
  'a re-check': { make: () => ['POST', planPath('/re-checks'), { ...own(), ...once() }, { intake: example('office-worker') }],
    count: () => rows("SELECT count(*) FROM unknot.care_plan_history WHERE action = 'care_plan.recheck'", "SELECT count(*) FROM unknot.audit_events WHERE action = 'care_plan.recheck'") },
  'a calendar link': { make: async () => { clinic.sql("UPDATE unknot.calendar_links SET revoked_at = '2026-01-01' WHERE revoked_at IS NULL"); return ['POST', planPath('/calendar-links'), { ...own(), ...once() }, {}]; },
    count: () => rows('SELECT count(*) FROM unknot.calendar_links', "SELECT count(*) FROM unknot.audit_events WHERE action = 'calendar_link.create'") },
  'a FHIR plan under a key': { make: () => ['POST', '/fhir/CarePlan', { ...own(), ...once() }, carePlan(`P-fhir-${number}`)],
    count: () => rows('SELECT count(*) FROM unknot.care_plans', 'SELECT count(*) FROM unknot.care_plan_history', "SELECT count(*) FROM unknot.idempotency_keys WHERE route = 'POST /fhir/CarePlan'") },
  'a FHIR transaction': { make: () => ['POST', '/fhir', { ...own(), ...once() }, { resourceType: 'Bundle', type: 'transaction', entry: [
    { fullUrl: 'urn:uuid:1', resource: carePlan(`P-fhir-${number}`), request: { method: 'POST', url: 'CarePlan' } },
    { resource: { resourceType: 'Procedure', status: 'completed', basedOn: [{ reference: 'urn:uuid:1' }], subject: { reference: `Patient/P-fhir-${number}` }, performedDateTime: '2026-11-20' }, request: { method: 'POST', url: 'Procedure' } }] }],
    count: () => rows('SELECT count(*) FROM unknot.care_plans', 'SELECT count(*) FROM unknot.sessions', "SELECT count(*) FROM unknot.audit_events WHERE action IN ('care_plan.create', 'session.log') AND resource LIKE '%sessions%'", "SELECT count(*) FROM unknot.idempotency_keys WHERE route = 'POST /fhir'") },
  'a therapist': { make: () => ['POST', '/therapists', { ...own(), ...once() }, { name: 'Ann', techniques: ['swedish'] }],
    count: () => rows('SELECT count(*) FROM unknot.therapists', "SELECT count(*) FROM unknot.audit_events WHERE action = 'therapist.create'") },
};

/** What a problem says where there is no memory to write it. */
const LAST_WORDS = '{"type":"about:blank","title":"Error"}';

/** Sends it while a fault is armed. A broken connection is the edge's own answer where it has no memory for another. */
async function sendArmed(request, what, at, options) {
  page.arm(what, at, options);
  const answer = await client.send(...request);
  const taken = page.disarm(what);
  if (answer) {
    const [method, target] = request;
    if (answer.text === LAST_WORDS) return { answer, taken };
    const wire = Buffer.from(answer.text);
    hold(method, target, { ...answer, wire, body: wire, json: /[+/]json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(answer.text) : undefined });
  }
  return { answer, taken };
}

/** The places to fail at: all, or the first ones and then evenly many. */
const places = count => count <= MOST ? Array.from({ length: count }, (_, i) => i + 1)
  : [...new Set(Array.from({ length: MOST }, (_, i) => (i < MOST / 3 ? i + 1 : Math.round(MOST / 3 + (i - MOST / 3) * (count - MOST / 3) / (MOST * 2 / 3)))))];

async function steadily(request) {
  const answer = await client.send(...request);
  assert.ok(answer, 'the service is there');
  return answer;
}
/** An answer without what differs each time (each look at an export is an event in the next one), and a problem without the words it
 * may do without. */
const lasting = ({ status, text }) => `${status} ${text.replace(/"(trace_id|instance|exported_at|event_id|at|next_cursor|next_changed_since)":"[^"]*",?/g, '')
  .replace(/^DTSTAMP:.*$/gm, '').replace(/^(\{"type":"[^]*?)"detail":"[^"]*",/, '$1').replace(/"(errors|audit_events)":\[[^\]]*\],?/, '')}`;
/** What a lost piece of memory must not change: the answer is `right` to the byte, or none. */
const clean = (answer, right, name, part = lasting) => {
  if (!answer) return 'cut';
  if (part(answer) === right) return 'right';
  const inItsLine = /^\{"type":[^]*"line":1\}\n$/.test(answer.text); // the answer to a body of lines is there all the same
  assert.ok([500, 503, 504].includes(answer.status) || inItsLine || answer.text.trim() === LAST_WORDS, `${name}: ${answer.status} ${answer.text.slice(0, 30000)} instead of ${String(right).slice(0, 30000)}`);
  return 'problem';
};

for (const [name, make] of Object.entries(REQUESTS))
  test(`memory for ${name}`, async () => {
    await steadily(make());
    const right = lasting(await steadily(make()));
    const { taken } = await sendArmed(make(), 'memory', 0);
    const seen = { cut: 0, right: 0, problem: 0 };
    for (const at of places(taken))
      for (const forever of [0, 1]) seen[clean((await sendArmed(make(), 'memory', at, { forever })).answer, right, `${name} ${at}/${taken}`)]++;
    assert.equal(lasting(await steadily(make())), right, 'and it goes on');
    assert.ok(seen.problem + seen.cut > 0, `something failed: ${JSON.stringify(seen)}`);
    console.log(`# memory for ${name}: ${taken} allocations, ${seen.problem} problems, ${seen.cut} cut, ${seen.right} right all the same`);
  });

for (const [name, make] of Object.entries(REQUESTS).filter(([name]) => !OPEN.has(name)))
  test(`statements for ${name}`, async () => {
    const right = lasting(await steadily(make()));
    const { taken } = await sendArmed(make(), 'statements', 0);
    assert.ok(taken >= 3, `${taken} statements`);
    const seen = { cut: 0, right: 0, problem: 0 };
    for (let at = 1; at <= taken; at++)
      for (const kind of [0, 1]) {
        seen[clean((await sendArmed(make(), 'statements', at, { kind })).answer, right, `${name} ${at}/${taken} ${kind}`)]++;
        if (kind) await untilBack();
      }
    assert.equal(lasting(await steadily(make())), right, 'and it goes on');
    assert.ok(seen.problem > 0 && seen.cut === 0, JSON.stringify(seen));
    console.log(`# statements for ${name}: ${taken} in all, ${seen.problem} problems, ${seen.right} right all the same`);
  });

/** All or nothing: every count one more than before, or all as they were. */
function judge(before, after, answer, name) {
  const steps = after.map((n, i) => n - before[i]);
  assert.ok(new Set(steps).size === 1 && steps[0] <= 1, `${name}: half-written ${JSON.stringify({ before, after })}`);
  if (answer?.status < 300) assert.equal(steps[0], 1, `${name}: acknowledged, and not there`);
}

for (const [name, { make, count }] of Object.entries(WRITES))
  for (const [what, kinds] of [['memory', [{ forever: 0 }]], ['statements', [{ kind: 0 }, { kind: 1 }]]])
    test(`${what} for ${name}`, async () => {
      const right = (await steadily(await make())).status;
      assert.ok(right < 300, `${right}`);
      number++;
      const { taken } = await sendArmed(await make(), what, 0);
      let was = count();
      const seen = { cut: 0, right: 0, problem: 0 };
      for (const at of places(taken).filter((_, i) => what === 'statements' || i % 2 === 0))
        for (const options of kinds) {
          number++;
          const { answer } = await sendArmed(await make(), what, at, options);
          const now = count();
          seen[clean(answer, right, `${name} ${at}/${taken}`, ({ status }) => status)]++;
          judge(was, now, answer, `${name} ${at}/${taken} ${JSON.stringify(options)}`);
          was = now;
          if (options.kind) await untilBack();
        }
      const last = await steadily(await make());
      assert.equal(last.status, right, `and it goes on: ${last.text.slice(0, 300)} ${clinic.service.output.slice(-12).join('\n')}`);
      assert.ok(seen.problem + seen.cut + seen.right > 0);
      console.log(`# ${what} for ${name}: ${taken} in all, ${seen.problem} problems, ${seen.cut} cut, ${seen.right} right all the same`);
    });

async function untilBack() {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    const answer = await client.send('GET', planPath(''), own());
    if (answer?.status === 200) return;
    await new Promise(resolve => { setTimeout(resolve, 20); });
  }
  assert.fail('the connection did not come back');
}
