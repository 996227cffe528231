// Injection through every string that a caller may send: each operation of the contract, each string of its body at any
// depth, each parameter of path and query, each header, gets each payload. No answer is a 5xx, none breaks the contract or
// takes long, no header holds what was sent, each request has one line in the log that says nothing of it, what was refused
// left no row. What is kept comes back as it was sent, and is text and nothing else in HTML, SVG, PDF, iCalendar and FHIR.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, once, sharedClinic } from './lib/clinic.mjs';
import { operation, operations } from './lib/contract.mjs';
import { call, sleep } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { SELF, populate, requests, routes } from './lib/requests.mjs';

const w = {};
const clinic = sharedClinic({ prepare: async () => { w.clinic = clinic.makeKey(); await populate(clinic, w); } });
const right = requests(clinic, w, 'REF-FRESH'); // plans that are made to be touched are of another patient

const MARK = 'zqx7'; // in every payload, and in nothing of ours
/** Short, so that hardly a maximal length refuses them. */
const PRINTABLE = {
  'SQL': `${MARK}'; DROP TABLE unknot.care_plans; --`, 'SQL that waits': `${MARK}' || pg_sleep(9) || '`, 'SQL of dollars': `${MARK}$1 $$x$$ \\'`,
  'HTML': `${MARK}<script>alert(1)</script>`, 'an attribute': `${MARK}"><img src=x onerror=alert(1)>`, 'SVG': `${MARK}</text></svg><script>1</script>`,
  'a comment, CDATA, entities': `${MARK}<!-- ]]> &lt;b&gt; &#0; &x;`, 'Markdown': `${MARK}![x](http://x.example/) [y](javascript:1) **b** # h | - <u>`,
  'formats': `${MARK}%s%n%p%1$s {{7*7}}\${7*7}`, 'a path': `${MARK}/../../etc/passwd`, 'JSON': `${MARK}"},{"level":"error","event":"forged`, 'iCalendar': `${MARK}\\nEND:VEVENT;X=1,2:3`,
  'bidi': `${MARK}\u202eevil\u2066\u200f`, 'PDF': `${MARK}) /JS (app.alert(1)) Tj`, 'letters of every length': `${MARK}e\u0301\u00e9\u20ac\u{1f486}\u{10ffff}`, 'members of objects': `${MARK}.__proto__.constructor`,
};
const CONTROL = { 'a header': `${MARK}\r\nSet-Cookie: a=1\r\n\r\n<b>`, 'a line of the log': `${MARK}\n{"level":"error","event":"forged"}`, 'a terminal': `${MARK}\u001b[2J\u001b]0;x\u0007\u009b31m`,
  'NUL': `${MARK}\u0000' OR 1=1`, 'a calendar': `${MARK}\r\nEND:VEVENT\r\nBEGIN:VALARM` };
const LONG = { 'very long': MARK + 'a\u00e9'.repeat(3000) };
/** For places that all are read by the same code. */
const PLAIN = `${MARK} <&'">`;
const FEW = { 'SQL': PRINTABLE.SQL, 'everything': Object.values(PRINTABLE).join(' ').slice(0, 700), 'a header': CONTROL['a header'], 'NUL': CONTROL.NUL };

// ---- a request, and what holds for its answer whatever it asked ----

let number = 0;
const asked = [];
async function ask(route, { target, json, body, headers }, what) {
  const trace = `c${(++number).toString(16).padStart(31, '0')}`;
  const begun = Date.now();
  const answer = await call(clinic.service, route.method, target, { json, body,
    headers: { ...bearer(w.clinic), ...(route.method !== 'GET' && once()), traceparent: `00-${trace}-00f067aa0ba902b7-01`, ...headers } });
  const place = `${route.id}, ${what}: ${answer.status}`;
  assert.ok(answer.status < 500, `${place} ${answer.text}`);
  assert.ok(Date.now() - begun < 8000, `${place} took ${Date.now() - begun} ms`);
  for (const [name, value] of Object.entries(answer.headers)) // a Location may lead to what was named so
    if (String(value).includes(MARK)) assert.match(`${name}: ${value}`, /^(location|content-location|link): <?[!-;=?-~]*(>; rel="next")?$/, place);
  asked.push({ trace: (headers ?? {}).traceparent ? null : trace, place });
  return answer;
}

let tables;
const rowCounts = () => {
  tables ??= clinic.sql("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'unknot' ORDER BY 1").map(([name]) => name)
    .filter(name => name !== 'audit_events'); // who asked in vain is kept
  return Object.fromEntries(clinic.sql(tables.map(name => `SELECT '${name}', count(*) FROM unknot."${name}"`).join(' UNION ALL ')));
};

/** Tries every payload with `make(payload)`, two requests at a time. */
async function tryAll(route, payloads, make, what) {
  const left = Object.entries(payloads), answers = {};
  const one = async () => {
    for (let next; (next = left.shift());) answers[next[0]] = await ask(route, await make(next[1]), `${next[0]} ${what}`);
  };
  await Promise.all([one(), one()]);
  return answers;
}

// ---- places for a payload ----

/** Of every string in a value the steps to it; of a list the first item only. */
function* strings(value, path = []) {
  if (typeof value === 'string') yield path;
  else if (value && typeof value === 'object')
    for (const key of Array.isArray(value) ? Object.keys(value).slice(0, 1) : Object.keys(value)) yield* strings(value[key], [...path, key]);
}
function replaced(value, [step, ...rest], text) {
  if (step === undefined) return text;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[step] = replaced(copy[step], rest, text);
  return copy;
}
/** One path of each shape: an item of a form looks as the next one does. */
function shapes(value) {
  const found = new Map();
  for (const path of strings(value)) found.set(path.slice(-5).map(step => (/^\d+$/.test(step) ? '*' : step)).join('/'), path);
  return [...found.values()];
}
/** More of a body than its usual form: members that a person fills with own words. */
const INTAKE = { ...example('office-worker'), medications: [{ text: 'paracetamol' }], clearances: [{ role: 'doctor', recorded: '2026-11-01', by: 'Dr', reason: 'r' }] };
const FULL = {
  createCarePlan: body => ({ ...body, patient: `REF-${++number}`, title: 'T', preferences: { goal: 'walk' }, intake: INTAKE }),
  createRecheck: body => ({ ...body, intake: INTAKE }),
  createSession: body => ({ ...body, notes: 'n', pain_before: 5, pain_after: 3, adverse_events: [{ id: 'ae_soreness' }] }),
  createClearance: body => ({ ...body, by: 'Dr', reason: 'r', findings: ['rf_saddle'] }),
  createTherapist: body => ({ ...body, therapist_id: `t-${++number}`, languages: ['en'], places: [{ name: 'p', address: 'a', country: 'GB' }],
    credentials: [{ title: 'c', country: 'GB', register: 'r', number: '1' }], training: [{ id: 'prenatal', certificate: 'c' }] }),
  createMeasurement: body => ({ ...body, taken_at: '2026-11-20T10:00:00Z' }),
  fhirCreateCarePlan: body => ({ ...body, subject: { reference: `Patient/REF-${++number}` }, title: 'T', note: [{ text: 'n' }], text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">d</div>' } }),
};
const withQuery = (target, name, payload) => {
  const [path, rest] = target.split('?');
  const query = new URLSearchParams(rest);
  query.set(name, payload);
  return `${path}?${query}`;
};
const HEADERS = ['idempotency-key', 'if-match', 'if-none-match', 'prefer', 'accept', 'accept-language', 'accept-encoding', 'content-type', 'traceparent', 'tracestate', 'authorization',
  'x-api-key', 'user-agent', 'referer', 'origin', 'cookie', 'x-forwarded-for', 'x-request-id', 'host'];
const sendable = value => /^[\t -~]*$/.test(value);

// ---- the walk ----

test('every operation of the route table is walked', () => {
  assert.deepEqual(routes.map(r => r.id).sort(), operations.map(o => o.id).sort());
  assert.deepEqual(routes.filter(r => !right[r.id]).map(r => r.id), []);
});

let places = 0;
const keeps = {}; // by operation: the members whose own words were taken
for (const route of routes) {
  test(`${route.id}: strings are strings`, async () => {
    const before = route.method === 'GET' ? null : rowCounts();
    let taken = 0;
    const count = answers => { taken += Object.values(answers).filter(a => a.status < 300).length; };
    const make = async () => {
      const request = await right[route.id].make('clinic');
      return { ...request, json: FULL[route.id]?.(request.json) ?? request.json, target: request.target.replace('_count=200', '_count=2'), body: request.body?.replace('_count=200', '_count=2') };
    };
    const usual = await make();
    // the path
    const segments = route.path.split('/');
    for (const [i, segment] of segments.entries())
      if (segment.startsWith('{')) {
        places++;
        count(await tryAll(route, { ...FEW, ...LONG }, async payload => {
          const [path, rest] = usual.target.split('?');
          const steps = path.split('/');
          steps[i] = encodeURIComponent(payload).slice(0, 3000).replace(/%.?$/, '');
          return { ...usual, target: steps.join('/') + (rest ? `?${rest}` : '') };
        }, `in ${segment}`));
      }
    // the query
    for (const name of [...operation(route.id).parameters.filter(p => p.in === 'query').map(p => p.name), MARK]) {
      places++;
      count(await tryAll(route, FEW, payload => ({ ...usual, target: withQuery(usual.target, name, payload) }), `as ${name}`));
    }
    // headers
    const some = Object.fromEntries(Object.entries(PRINTABLE).filter(([, payload]) => sendable(payload)));
    for (const name of HEADERS.filter((_, i) => route.method !== 'GET' || i % 5 === routes.indexOf(route) % 5)) {
      places++;
      const [, payload] = Object.entries(some)[places % Object.keys(some).length];
      count(await tryAll(route, { one: payload }, async () => ({ ...usual, headers: { ...usual.headers, [name]: name === 'authorization' ? `Bearer ${payload}` : payload } }), `in ${name}`));
    }
    // the body
    if (typeof usual.body === 'string')
      for (const name of [...new URLSearchParams(usual.body).keys(), '_id', MARK]) {
        places++;
        count(await tryAll(route, FEW, payload => ({ ...usual, body: String(new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(usual.body)), [name]: payload })) }), `in the form as ${name}`));
      }
    if (usual.json) {
      count(await tryAll(route, { usual: null }, make, 'as it is'));
      assert.equal(taken > 0, true, 'the usual body is taken');
      for (const path of shapes(usual.json)) {
        places++;
        const put = async payload => { const request = await make(); return { ...request, json: replaced(request.json, path, payload) }; };
        const answers = await tryAll(route, { plain: PLAIN, NUL: CONTROL.NUL, 'a line of the log': CONTROL['a line of the log'], ...LONG },
          put, `in ${path.join('/')}`);
        count(answers);
        if (answers.plain.status >= 300) continue;
        (keeps[route.id] ??= []).push(path);
        count(await tryAll(route, route.database ? { ...PRINTABLE, ...CONTROL } : { everything: FEW.everything, 'a header': FEW['a header'] }, put, `in ${path.join('/')}`));
      }
      count(await tryAll(route, { ...FEW, ...LONG }, async payload => { const request = await make(); return { ...request, json: { ...request.json, [payload]: payload } }; }, 'as a member'));
    }
    if (before && taken === 0) assert.deepEqual(rowCounts(), before, 'what was refused left no row');
  });
}

// ---- what is kept ----

/** `json` with the payload in all these places; places where it is refused keep what they had. */
async function filled(route, request, paths, payload) {
  for (let left = paths; ;) {
    const json = left.reduce((body, path) => replaced(body, path, payload), request.json);
    const answer = await ask(route, { ...request, json }, `everywhere: ${payload}`);
    if (answer.status < 300) return { answer, kept: left };
    const wrong = (answer.json.errors ?? []).map(e => decodeURIComponent(e.pointer ?? ''));
    const fewer = left.filter(path => !wrong.includes(`#/${path.join('/')}`));
    assert.ok(fewer.length < left.length, answer.text);
    left = fewer;
  }
}
function* texts(value) {
  if (typeof value === 'string') yield value;
  else if (value && typeof value === 'object') for (const member of Object.values(value)) yield* texts(member);
}
/** In JSON what was sent is there whole, wherever it is (a reference "system|value" is two in FHIR); lists hold what came before, too. */
const SENT = [PLAIN, ...Object.values({ ...PRINTABLE, ...CONTROL, ...FEW, ...LONG })];
const blanked = text => text.replace(/[\u0000-\u001f]/g, ' '); // as FHIR has them
SENT.push(...Object.values(CONTROL).map(blanked));
const holdJson = (json, payload, place) => {
  const said = [...texts(json)].filter(text => text.includes(MARK) && !/xmlns|^https?:|^BEGIN:V/.test(text));
  assert.deepEqual(said.filter(text => !SENT.some(sent => text.includes(sent) || sent.startsWith(`${text}|`))), [], place);
  return said.some(text => text.includes(payload));
};
const unescaped = text => text.replace(/&(lt|gt|amp|quot|#39|#x27|apos|#34);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"', '#34': '"' }[name] ?? "'"));
/** Markup of ours alone: no tag or attribute that runs or loads something, no tag out of a text. */
function holdMarkup(markup, payload, place) {
  for (const tag of markup.match(/<[^>]*>/g) ?? []) {
    assert.doesNotMatch(tag, /^<(script|img|u>|b>|a\b[^>]*javascript)/i, `${place} ${tag}`);
    assert.doesNotMatch(tag, /\son\w+\s*=|zqx7.*=\s*["']?alert/i, `${place} ${tag}`);
  }
  const shown = unescaped(markup.replace(/<[^>]*>/g, ''));
  const start = payload.slice(0, 24).replace(/[\u0000-\u001f].*/s, '');
  if (markup.includes(MARK)) assert.ok(shown.includes(start), `${place}: ${payload} in ${markup.slice(markup.indexOf(MARK) - 80, markup.indexOf(MARK) + 160)}`);
}
function holdCalendar(text, place) {
  const lines = text.split('\r\n');
  assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/, place);
  assert.deepEqual(lines.slice(0, -1).filter(line => !/^([A-Z-]+[;:]| )/.test(line)), [], place);
  const unfolded = text.replaceAll('\r\n ', '').split('\r\n');
  for (const kind of ['VCALENDAR', 'VEVENT', 'VALARM', 'VTIMEZONE'])
    assert.equal(unfolded.filter(l => l === `BEGIN:${kind}`).length, unfolded.filter(l => l === `END:${kind}`).length, `${place} ${kind}`);
}

const routeOf = id => routes.find(r => r.id === id);
test('what is kept comes back as it was sent, as text and nothing else in every form it has', async () => {
  let serial = 0, shown = { json: 0, markup: 0, fhir: 0, calendar: 0, pdf: 0 };
  const place = id => ({ ...routeOf(id), id });
  const write = async (id, request, payload) => filled(place(id), request, keeps[id] ?? [], payload);
  assert.ok(['createCarePlan', 'createSession', 'createTherapist', 'createClearance', 'createRecheck', 'createMeasurement'].every(id => keeps[id]?.length || id === 'createMeasurement'), JSON.stringify(keeps));
  for (const [name, payload] of Object.entries({ ...PRINTABLE, 'a terminal': CONTROL['a terminal'], 'a calendar': CONTROL['a calendar'] })) {
    const therapist = await write('createTherapist', { target: '/therapists', json: FULL.createTherapist({ name: 'x', techniques: ['swedish'] }) }, payload);
    const body = FULL.createCarePlan({ time_zone: 'Europe/London', therapist: therapist.answer.json.therapist_id, intake: {} });
    const { answer: { json: plan }, kept } = await write('createCarePlan', { target: '/care-plans', json: body }, payload);
    const keptIts = member => kept.some(path => path.join('/') === member);
    const target = `/care-plans/${plan.id}`;
    await write('createSession', { target: `${target}/sessions`, json: FULL.createSession({ status: 'done', planned_on: '2026-11-20', minutes: 30, pressure_used: 2 }) }, payload);
    await write('createClearance', { target: `${target}/clearances`, json: FULL.createClearance({ role: 'doctor', recorded: '2026-11-01' }) }, payload);
    await write('createRecheck', { target: `${target}/re-checks`, json: { intake: body.intake } }, payload);
    if (PRINTABLE[name]) assert.ok(keptIts('patient') && keptIts('title'), `${name}: ${kept}`);
    if (keptIts('title')) assert.equal(plan.title, payload, name);
    if (keptIts('patient')) assert.equal(plan.patient, payload, name);
    const person = encodeURIComponent(plan.patient);
    const found = await ask(routeOf('listCarePlans'), { target: `/care-plans?patient=${person}` }, name);
    assert.ok(found.json.items.some(item => item.id === plan.id) && found.json.items.every(item => item.patient === plan.patient), 'found by it, and nothing else is');
    const seen = {
      listCarePlans: [`/care-plans?patient=${person}`], getCarePlan: [target], listCarePlanHistory: [`${target}/history`], listSessions: [`${target}/sessions`], getProgress: [`${target}/progress`],
      exportPatient: [`/patients/${person}/export`], listAuditEvents: [`/audit-events?patient=${person}`], getTherapist: [`/therapists/${therapist.answer.json.therapist_id}`],
      listTherapistMatches: [`/therapists/matches?care_plan=${plan.id}`],
    };
    for (const [id, [where]] of Object.entries(seen)) {
      const answer = await ask(routeOf(id), { target: where }, name);
      assert.equal(answer.status, 200, answer.text);
      shown.json += holdJson(answer.json, payload, `${id} ${name}`);
    }
    for (const [id, where, accept] of [['getCarePlanSummary', `${target}/summary`, 'text/html'], ['getProgress', `${target}/progress`, 'image/svg+xml']]) {
      const answer = await ask(routeOf(id), { target: where, headers: { accept } }, name);
      assert.equal(answer.status, 200, answer.text);
      holdMarkup(answer.text, payload, `${id} ${name}`);
      shown.markup += answer.text.includes(MARK);
    }
    for (const [id, where] of [['fhirReadCarePlan', `/fhir/CarePlan/${plan.id}`], ['fhirPatientEverything', `/fhir/Patient/${person}/$everything`], ['fhirHistoryCarePlan', `/fhir/CarePlan/${plan.id}/_history`],
      ['fhirReadPractitioner', `/fhir/Practitioner/${therapist.answer.json.therapist_id}`]]) {
      const answer = await ask(routeOf(id), { target: where }, name);
      if (answer.status === 404) continue; // not every reference can be an id of FHIR
      assert.equal(answer.status, 200, answer.text);
      shown.fhir += holdJson(answer.json, payload, `${id} ${name}`);
      for (const text of texts(answer.json)) if (text.includes('xmlns')) holdMarkup(text, payload, `${id} ${name}`);
    }
    const calendar = await ask(routeOf('getCarePlanCalendar'), { target: `${target}/calendar.ics?titles=full` }, name);
    holdCalendar(calendar.text, name);
    shown.calendar += calendar.text.replaceAll('\r\n ', '').includes(MARK);
    if (serial++ % 5 === 0) {
      const pdf = await ask(routeOf('getCarePlanSummary'), { target: `${target}/summary`, headers: { accept: 'application/pdf' } }, name);
      assert.equal(pdf.body.subarray(0, 5).toString(), '%PDF-');
      assert.doesNotMatch(pdf.body.toString('latin1'), /\/(JS|JavaScript|OpenAction|Launch|URI)\b/, name);
      shown.pdf++;
    }
  }
  assert.ok(shown.json > 5 * serial && shown.markup > serial / 2 && shown.fhir > serial, JSON.stringify(shown));
  console.log(`# ${serial} payloads in every form: ${JSON.stringify(shown)}`);
});

test('each request had one line in the log, which says nothing of it; nobody wrote another', async () => {
  const { service } = clinic;
  const logged = () => new Set(service.logs.map(e => e.trace_id));
  for (let i = 0, seen; i < 500 && (seen = logged(), asked.some(({ trace }) => trace && !seen.has(trace))); i++) await sleep(20);
  const lines = new Map();
  for (const line of service.output.filter(l => l.startsWith('{') || l.includes(MARK))) {
    const entry = JSON.parse(line);
    assert.match(entry.event, /^[a-z_]+$/);
    assert.notEqual(entry.event, 'forged');
    assert.ok(!line.includes(MARK), line);
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]|DROP|pg_sleep|Set-Cookie/, line);
    lines.set(entry.trace_id, (lines.get(entry.trace_id) ?? 0) + (entry.event === 'request'));
  }
  const wrong = asked.filter(({ trace }) => trace && lines.get(trace) !== 1);
  assert.deepEqual(wrong.slice(0, 5), []);
  assert.ok(!service.errors.join('\n').includes(MARK));
  console.log(`# ${places} places, ${number} requests`);
});

test('the database is whole: the tables, no other role, no other right', () => {
  assert.deepEqual(Object.keys(rowCounts()).length, tables.length);
  assert.equal(clinic.sql("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'unknot' AND tablename = 'care_plans'")[0][0], '1');
  assert.deepEqual(clinic.sql("SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^(pg_|postgres$|unknot)'"), []);
  assert.deepEqual(clinic.sql("SELECT rolname FROM pg_catalog.pg_roles WHERE rolsuper AND rolname <> 'postgres'"), []);
});
