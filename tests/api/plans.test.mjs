// Care plans end to end: service and private PostgreSQL started by the test, every answer held against the contract.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { call } from './lib/http.mjs';
import { ROOT, startService } from './lib/service.mjs';

const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
const example = name => JSON.parse(readFileSync(`${ROOT}api/examples/${name}.json`, 'utf8'));
const state = mkdtempSync(`${tmpdir()}/unknot-plans-`);
chmodSync(state, 0o755); // the postgres user must get in
const env = { UNKNOT_DATABASE_URL: '', UNKNOT_STATE_DIR: `${state}/state`, ASAN_OPTIONS: 'detect_leaks=1:exitcode=86' };
const start = settings => startService({ env, settings: { 'statement-ms': 5000, ...settings } });

function makeKey(...flags) {
  const made = spawnSync(BINARY, ['key', 'create', ...flags], { env: { ...process.env, ...env }, encoding: 'utf8' });
  const key = made.stdout.match(/(unk|pub)_[\w-]+/)?.[0];
  assert.ok(key, `no key: ${made.stdout}${made.stderr}`);
  return key;
}

let service, clinic, patient, number = 0;
before(async () => {
  service = await start();
  clinic = makeKey();
  patient = makeKey('--patient', 'P-self');
});
after(async () => {
  await service?.stop();
  rmSync(state, { recursive: true, force: true });
});

const as = (key, headers = {}) => ({ authorization: `Bearer ${key}`, ...headers });
const write = (key, headers = {}) => as(key, { 'idempotency-key': `test-${++number}`, ...headers });
const patch = { 'content-type': 'application/merge-patch+json' };
const body = (ref, more = {}) => ({ patient: ref, intake: example('office-worker'), time_zone: 'Europe/London', ...more });
const create = (ref, headers = write(clinic), more) => call(service, 'POST', '/care-plans', { json: body(ref, more), headers });
const get = (target, key = clinic, headers = {}) => call(service, 'GET', target, { headers: as(key, headers) });
async function newPlan(ref) {
  const made = await create(ref);
  assert.equal(made.status, 201, made.text);
  return made.json;
}

test('a plan from an intake: dose, windows, stop rules; a replay gives the same answer', async () => {
  const headers = write(clinic);
  const first = await create('P-1', headers), again = await create('P-1', headers);
  assert.equal(first.status, 201, first.text);
  assert.equal(again.status, 201);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(again.text, first.text);
  assert.equal(first.json.technique, 'swedish');
  assert.ok(first.json.plan.sessions.length > 0 && first.json.plan.stop_rules.length > 0);
  const reused = await create('P-other', headers);
  assert.equal(reused.status, 422);
  assert.equal(reused.json.code, 'idempotency_key_reused');
});

test('32 equal creates at once make one plan', async () => {
  const headers = write(clinic);
  const answers = await Promise.all(Array.from({ length: 32 }, () => create('P-32', headers)));
  const fresh = answers.filter(a => a.status === 201 && !a.headers['idempotency-replayed']);
  assert.equal(fresh.length, 1, answers.map(a => a.status).join(' '));
  assert.ok(answers.every(a => a.status === 201 || a.status === 409), answers.map(a => a.status).join(' '));
  const found = await get('/care-plans?patient=P-32');
  assert.equal(found.json.items.length, 1);
});

test('50 patches at once: whoever was told yes stands in the history, in order', async () => {
  const plan = await newPlan('P-50');
  let accepted = 0;
  await Promise.all(Array.from({ length: 50 }, async (_, i) => {
    for (;;) {
      const { etag } = (await get(`/care-plans/${plan.id}`)).headers;
      const answer = await call(service, 'PATCH', `/care-plans/${plan.id}`, {
        json: { title: `Title ${i}` }, headers: write(clinic, { ...patch, 'if-match': etag }),
      });
      if (answer.status === 200) { accepted++; return; }
      assert.equal(answer.status, 412, answer.text);
    }
  }));
  assert.equal(accepted, 50);
  const versions = [];
  for (let target = `/care-plans/${plan.id}/history`; target;) {
    const page = await get(target);
    versions.push(...page.json.items.map(item => item.version));
    target = page.headers.link?.match(/<([^>]+)>; *rel="?next/)?.[1];
  }
  assert.deepEqual(versions.sort((a, b) => a - b), Array.from({ length: 51 }, (_, i) => i + 1));
});

test('If-Match: missing is 428, old is 412', async () => {
  const plan = await newPlan('P-etag');
  const send = headers => call(service, 'PATCH', `/care-plans/${plan.id}`, { json: { title: 'x' }, headers: write(clinic, { ...patch, ...headers }) });
  assert.equal((await send({})).status, 428);
  assert.equal((await send({ 'if-match': '"7"' })).status, 412);
  assert.equal((await send({ 'if-match': '"1"' })).status, 200);
});

test('what is withheld cannot be planned', async () => {
  const answer = await create('P-red', write(clinic), { intake: example('cauda-equina') });
  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.json.code, 'withheld');
  assert.equal(answer.json.triage.level, 'emergency');
});

test('sessions, measurements, progress as JSON and as a chart', async () => {
  const plan = await newPlan('P-course');
  for (let n = 0; n < 3; n++) {
    const logged = await call(service, 'POST', `/care-plans/${plan.id}/sessions`, {
      json: { status: 'done', planned_on: `2026-11-${10 + 3 * n}`, pressure_used: 3, minutes: 45, pain_before: 6 - n, pain_after: 4 - n },
      headers: write(clinic),
    });
    assert.equal(logged.status, 201, logged.text);
  }
  const measured = await call(service, 'POST', `/care-plans/${plan.id}/measurements`, { json: { instrument: 'nrs', score: 3 }, headers: write(clinic) });
  assert.equal(measured.status, 201, measured.text);
  const progress = await get(`/care-plans/${plan.id}/progress`);
  assert.equal(progress.json.sessions.done, 3);
  assert.match(progress.json.advice.advice, /^(continue|change|taper|stop|see_clinician)$/);
  const chart = await get(`/care-plans/${plan.id}/progress`, clinic, { accept: 'image/svg+xml' });
  assert.match(chart.text, /^<svg[^>]+role="img"[\s\S]*<title[\s\S]*<desc/);
});

test('an adverse event that is a red flag triages and puts the plan on hold', async () => {
  const plan = await newPlan('P-adverse');
  const logged = await call(service, 'POST', `/care-plans/${plan.id}/sessions`, {
    json: {
      status: 'done', planned_on: '2026-11-20', pressure_used: 3, minutes: 45,
      adverse_events: [{ id: 'ae_bladder_bowel_saddle' }],
    },
    headers: write(clinic),
  });
  assert.equal(logged.status, 201, logged.text);
  assert.match(logged.text, /"triage":"emergency"/);
  assert.equal((await get(`/care-plans/${plan.id}`)).json.status, 'on-hold');
});

test('a page walk gives every plan once', async () => {
  const wanted = new Set();
  for (let n = 0; n < 7; n++) wanted.add((await newPlan('P-walk')).id);
  const seen = [];
  for (let target = '/care-plans?patient=P-walk&limit=2'; target;) {
    const page = await get(target);
    assert.equal(page.status, 200, page.text);
    seen.push(...page.json.items.map(item => item.id));
    target = page.headers.link?.match(/<([^>]+)>; *rel="?next/)?.[1];
  }
  assert.deepEqual(seen.slice().sort(), [...wanted].sort());
});

test('a therapist of the directory is matched, with reasons', async () => {
  const plan = await newPlan('P-match');
  const made = await call(service, 'POST', '/therapists', {
    json: { name: 'Ann', techniques: ['swedish'], pressure: { min: 1, max: 4 }, languages: ['en'] }, headers: write(clinic),
  });
  assert.equal(made.status, 201, made.text);
  const matches = await get(`/therapists/matches?care_plan=${plan.id}`);
  assert.equal(matches.status, 200, matches.text);
  assert.equal(matches.json.matches.length + matches.json.not_qualified.length, 1);
});

test('a patient sees the own plan', async () => {
  const plan = await newPlan('P-self');
  assert.equal((await get(`/care-plans/${plan.id}`, patient)).status, 200);
});

test('erasure: export shows it, then nothing is left', async () => {
  const plan = await newPlan('P-erase');
  assert.match((await get('/patients/P-erase/export')).text, /P-erase/);
  const erased = await call(service, 'DELETE', '/patients/P-erase', { headers: write(clinic) });
  assert.equal(erased.status, 200, erased.text);
  assert.equal((await get(`/care-plans/${plan.id}`)).status, 404);
  assert.equal((await get('/patients/P-erase/export')).status, 404);
});

test('kill -9 of the service: every acknowledged plan is there afterwards', async () => {
  const acknowledged = [];
  const writers = Array.from({ length: 8 }, async (_, w) => {
    for (let n = 0; ; n++) {
      const made = await create(`P-kill-${w}`).catch(() => null);
      if (!made) return;
      if (made.status === 201) acknowledged.push(made.json.id);
    }
  });
  await new Promise(resolve => { setTimeout(resolve, 1500); });
  await service.kill('SIGKILL');
  await Promise.all(writers);
  service = await start();
  assert.ok(acknowledged.length > 3, `only ${acknowledged.length}`);
  for (const id of acknowledged) assert.equal((await get(`/care-plans/${id}`)).status, 200, id);
});
