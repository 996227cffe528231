// The course of a plan and what guards it: reviews and who settles them, warnings, refused writes in the audit log, the
// life of keys of idempotency and of cursors, and re-judging all plans, killed in the middle.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { BINARY, MERGE_PATCH, once, sharedClinic } from './lib/clinic.mjs';
import { sleep } from './lib/http.mjs';
import { example } from './lib/people.mjs';

const w = {};
const clinic = sharedClinic({
  prepare: async () => {
    w.key = clinic.makeKey();
    w.patient = clinic.makeKey('--patient', 'P-self');
    w.therapist = clinic.makeKey('--therapist', 't-ann');
    await clinic.made('/therapists', { therapist_id: 't-ann', name: 'Ann', techniques: ['swedish'] }, { key: w.key });
  },
});
const newPlan = (ref = 'P-self') => clinic.plan(ref, w.key, { therapist: 't-ann' });
const read = async plan => (await clinic.call('GET', `/care-plans/${plan.id}`, { key: w.key })).json;
const patch = async (plan, json, key = w.key) =>
  clinic.call('PATCH', `/care-plans/${plan.id}`, { key, json, headers: { ...MERGE_PATCH, 'if-match': '*' } });
const recheck = (plan, key = w.key, intake = example('office-worker')) =>
  clinic.call('POST', `/care-plans/${plan.id}/re-checks`, { key, json: { intake }, headers: once() });

// --- reviews ---

test('an adverse event stays a reason until somebody who treats records a re-check; then the plan may go on', async () => {
  const plan = await newPlan();
  await clinic.session(plan, w.key, { adverse_events: [{ id: 'ae_bladder_bowel_saddle' }] });
  assert.deepEqual((await read(plan)).review_needed, ['adverse_event']);
  for (const key of [w.key, w.therapist, w.patient]) {
    const answer = await patch(plan, { status: 'active' }, key);
    assert.equal(answer.status, 409, answer.text);
  }
  assert.equal((await recheck(plan, w.patient)).status, 200);
  assert.deepEqual((await read(plan)).review_needed, ['adverse_event'], 'not by the patient alone');
  const cleared = await clinic.call('POST', `/care-plans/${plan.id}/clearances`, { key: w.key, json: { role: 'doctor', recorded: '2026-11-01' }, headers: once() });
  assert.equal(cleared.status, 201, cleared.text);
  assert.deepEqual((await read(plan)).review_needed, ['adverse_event'], 'not by a clearance');
  assert.equal((await recheck(plan, w.therapist)).status, 200);
  assert.deepEqual((await read(plan)).review_needed, []);
  assert.equal((await read(plan)).status, 'on-hold', 'a person resumes it');
  const resumed = await patch(plan, { status: 'active' }, w.therapist);
  assert.equal(resumed.status, 200, resumed.text);
});

test('a re-check that pauses settles nothing', async () => {
  const plan = await newPlan();
  await clinic.session(plan, w.key, { adverse_events: [{ id: 'ae_bladder_bowel_saddle' }] });
  const paused = await recheck(plan, w.key, example('cauda-equina'));
  assert.equal(paused.status, 200, paused.text);
  assert.equal(paused.json.recheck.result, 'paused');
  assert.ok((await read(plan)).review_needed.includes('adverse_event'));
});

test('pain that grew stays a reason through a re-check, and until who treats resumes the plan', async () => {
  const plan = await newPlan();
  await clinic.session(plan, w.key, { planned_on: '2026-11-10', pain_before: 3, pain_after: 6 });
  await clinic.session(plan, w.key, { planned_on: '2026-11-14', pain_before: 3, pain_after: 7 });
  const now = await read(plan);
  assert.equal(now.status, 'on-hold');
  assert.deepEqual(now.review_needed, ['pain_worse']);
  assert.equal((await recheck(plan)).status, 200);
  assert.deepEqual((await read(plan)).review_needed, ['pain_worse']);
  assert.equal((await patch(plan, { status: 'active' }, w.patient)).status, 409);
  assert.equal((await patch(plan, { status: 'active' }, w.therapist)).status, 200);
  assert.deepEqual((await read(plan)).review_needed, []);
});

test('a re-check is a review: the sessions before it no longer ask for one', async () => {
  const plan = await newPlan();
  for (let n = 0; n < 3; n++) await clinic.session(plan, w.key, { planned_on: `2026-11-0${1 + 3 * n}` });
  assert.equal((await read(plan)).plan.sessions_at_review, undefined);
  assert.equal((await recheck(plan)).status, 200);
  assert.equal((await read(plan)).plan.sessions_at_review, 3);
  assert.equal((await patch(plan, { preferences: { minutes: 45 } })).status, 200);
  assert.equal((await read(plan)).plan.sessions_at_review, 3, 'a plan derived anew keeps it');
});

// --- warnings ---

test('sessions too close to each other are written down, with a warning', async () => {
  const plan = await newPlan();
  const first = await clinic.session(plan, w.key, { planned_on: '2026-11-10' });
  assert.equal(first.warnings, undefined);
  const close = await clinic.session(plan, w.key, { planned_on: '2026-11-11' });
  assert.deepEqual(close.warnings.map(x => [x.code, x.session_number, x.gap_hours]), [['gap_too_short', 1, 48]]);
  assert.equal((await clinic.session(plan, w.key, { planned_on: '2026-11-13' })).warnings, undefined, 'two days after the second');
  const firm = await clinic.session(plan, w.key, { planned_on: '2026-11-17', technique: 'deep_tissue', pressure_used: 4 });
  assert.equal(firm.warnings, undefined);
  const after = await clinic.session(plan, w.key, { planned_on: '2026-11-19' });
  assert.deepEqual(after.warnings.map(x => x.gap_hours), [72], 'three days after a firm one');
});

// --- refused writes in the audit log ---

test('refused writes are in the audit log with their outcome; mistakes in a body are not', async () => {
  const plan = await newPlan('P-audit');
  const events = async () => (await clinic.call('GET', '/audit-events?limit=200', { key: w.key })).json.items.filter(e => e.outcome !== 'ok');
  const before = (await events()).length;
  const told = async (answer, status, wanted) => {
    assert.equal(answer.status, status, answer.text);
    const [event] = await events();
    assert.equal(event.trace_id, answer.headers.traceparent.split('-')[1]);
    assert.deepEqual({ action: event.action, outcome: event.outcome, resource: event.resource }, wanted);
    return event;
  };
  const narrow = clinic.makeKey('--scopes', 'plans:read');
  const denied = await told(await clinic.call('POST', `/care-plans/${plan.id}/sessions`, { key: narrow, json: {}, headers: once() }), 403, { action: 'session.log', outcome: 'denied', resource: 'care-plans' });
  assert.match(denied.principal, /^clinic:key:\w{12}$/);
  await told(await patch(plan, { title: 'x' }, w.patient), 404, { action: 'care_plan.patch', outcome: 'not_found', resource: 'care-plans' });
  assert.equal((await patch(plan, { status: 'completed' })).status, 200);
  await told(await patch(plan, { status: 'active' }), 409, { action: 'care_plan.patch', outcome: 'conflict', resource: `care-plans/${plan.id}` });
  await told(await clinic.call('POST', '/care-plans', { key: w.key, json: { patient: 'P-red', intake: example('cauda-equina') }, headers: once() }), 409, { action: 'care_plan.create', outcome: 'conflict', resource: 'care-plans' });
  const all = (await events()).length;
  assert.equal(all, before + 4);
  assert.equal((await patch(plan, { titel: 'x' })).status, 422);
  assert.equal((await clinic.call('GET', `/care-plans/${plan.id}`, { key: w.patient })).status, 404);
  assert.equal((await clinic.call('POST', '/therapists', { key: clinic.makeKey('--publishable'), json: {}, headers: once() })).status, 403);
  assert.equal((await events()).length, all, 'a mistake, a read, a key that anybody can copy');
});

test('erasure takes the refused writes about a person along', async () => {
  const plan = await newPlan('P-gone');
  await patch(plan, { status: 'completed' });
  assert.equal((await patch(plan, { status: 'active' })).status, 409);
  assert.equal((await clinic.call('DELETE', '/patients/P-gone', { key: w.key, headers: once() })).status, 200);
  const id = plan.id.split('.')[0];
  for (const [table] of clinic.sql("SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema = 'unknot' AND table_type = 'BASE TABLE'"))
    assert.deepEqual(clinic.sql(`SELECT 1 FROM ${table} t WHERE t::text LIKE '%${id}%' LIMIT 1`), [], table);
});

// --- keys of idempotency ---

const body = ref => ({ patient: ref, intake: example('office-worker'), time_zone: 'Europe/London' });
const create = (ref, headers) => clinic.call('POST', '/care-plans', { key: w.key, json: body(ref), headers });

test('a key of idempotency that expired begins anew', async () => {
  const headers = { 'idempotency-key': 'expires' };
  const first = await create('P-exp', headers);
  assert.equal((await create('P-exp', headers)).headers['idempotency-replayed'], 'true');
  clinic.sql("UPDATE unknot.idempotency_keys SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE key = 'expires'");
  const again = await create('P-exp-2', headers);
  assert.equal(again.status, 201, again.text);
  assert.equal(again.headers['idempotency-replayed'], undefined);
  assert.notEqual(again.json.id, first.json.id);
  assert.equal((await create('P-exp-2', headers)).json.id, again.json.id);
});

test('a repeat while the first is still at work is 409, to be sent again, and then works', async () => {
  const first = { 'idempotency-key': 'first-at-work' };
  assert.equal((await create('P-run', first)).status, 201);
  const hold = spawn('psql', ['-qAtX', clinic.url('postgres'), '-c',
    `BEGIN; INSERT INTO unknot.idempotency_keys SELECT (jsonb_populate_record(k, '{"key": "at-work"}')).* FROM unknot.idempotency_keys k WHERE key = 'first-at-work'; SELECT pg_sleep(4); ROLLBACK`]);
  const held = new Promise(resolve => { hold.on('close', resolve); });
  for (let n = 0; n < 100 && clinic.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'").length === 0; n++) await sleep(50);
  const answer = await create('P-run', { 'idempotency-key': 'at-work' });
  assert.equal(answer.status, 409, answer.text);
  assert.ok(Number(answer.headers['retry-after']) >= 1);
  await held;
  const after = await create('P-run', { 'idempotency-key': 'at-work' });
  assert.equal(after.status, 201, after.text);
});

test('a cursor that is a day old is 410; one that was changed is refused', async () => {
  for (let n = 0; n < 3; n++) await newPlan('P-cursor');
  const { json } = await clinic.call('GET', '/care-plans?patient=P-cursor&limit=1', { key: w.key });
  const [[secret]] = clinic.sql("SELECT encode(cursor_secret, 'hex') FROM unknot.tenants WHERE name = 'default'");
  const [payload, mac] = json.next_cursor.split('.');
  const sign = text => `${text}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest().subarray(0, 16).toString('base64url')}`;
  assert.equal(sign(payload), json.next_cursor, 'this test signs as the service does');
  const content = JSON.parse(Buffer.from(payload, 'base64url'));
  const old = sign(Buffer.from(JSON.stringify({ ...content, x: content.x - 25 * 3600 })).toString('base64url'));
  const ask = cursor => clinic.call('GET', `/care-plans?cursor=${encodeURIComponent(cursor)}`, { key: w.key });
  assert.equal((await ask(old)).status, 410);
  assert.equal((await ask(`${Buffer.from(JSON.stringify({ ...content, x: content.x + 1 })).toString('base64url')}.${mac}`)).status, 422);
  assert.equal((await ask(json.next_cursor)).status, 200);
});

// --- re-judging all ---

test('unknot recheck, killed in the middle: run again it goes on, and every plan was judged once', async () => {
  const COPIES = 800;
  const plan = await newPlan('P-recheck');
  const columns = clinic.sql(`SELECT string_agg(column_name, ',') FROM information_schema.columns
    WHERE table_schema = 'unknot' AND table_name = 'care_plans' AND is_generated = 'NEVER' AND column_name NOT IN ('plan_id', 'intake', 'created_at')`)[0][0];
  const intake = JSON.stringify(example('cauda-equina')).replaceAll("'", "''");
  clinic.sql(`INSERT INTO unknot.care_plans (${columns}, plan_id, intake, created_at)
    SELECT ${columns}, substr(md5(i::text), 1, 26), '${intake}'::jsonb, created_at + i * interval '1 ms' FROM unknot.care_plans, generate_series(1, ${COPIES}) i
    WHERE plan_id = '${plan.id.split('.')[1]}'`);
  const paused = () => Number(clinic.sql("SELECT count(*) FROM unknot.care_plans WHERE patient_ref = 'P-recheck' AND status = 'on-hold'")[0][0]);
  const child = spawn(BINARY, ['recheck', '--tenant', 'default'], { env: { ...process.env, ...clinic.env }, stdio: 'ignore' });
  const ended = new Promise(resolve => { child.on('close', (code, signal) => resolve(signal)); });
  for (let n = 0; n < 600 && paused() < 120; n++) await sleep(10);
  child.kill('SIGKILL');
  assert.equal(await ended, 'SIGKILL', 'it was at work');
  const half = paused();
  assert.ok(half >= 120 && half < COPIES, `${half} were judged before`);
  const said = clinic.toolSays('recheck', '--tenant', 'default');
  assert.match(said, /goes on after [1-9]\d* plans/);
  assert.equal(paused(), COPIES);
  assert.deepEqual(clinic.sql(`SELECT DISTINCT version, review_needed FROM unknot.care_plans WHERE patient_ref = 'P-recheck' AND status = 'on-hold'`), [['2', '{knowledge_stricter}']]);
  assert.equal(clinic.sql(`SELECT count(*) FROM unknot.care_plan_history h JOIN unknot.care_plans p USING (patient_id, tenant_id, plan_id)
    WHERE p.patient_ref = 'P-recheck' AND h.version = 2`)[0][0], String(COPIES));
  assert.equal((await read(plan)).status, 'active');
});
