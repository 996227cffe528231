// Keys that have expired, rows that somebody else holds, and a database whose own settings are not ours.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { example } from '../api/lib/people.mjs';
import { startService } from '../api/lib/service.mjs';
import { BIN, Cluster, makeKey, unknot, until } from './lib/cluster.mjs';

let cluster, service, key;
before(async () => {
  cluster = Cluster.start({ datestyle: 'German, DMY', timezone: 'America/St_Johns', bytea_output: 'escape', intervalstyle: 'sql_standard' });
  unknot(['migrate'], cluster.env());
  key = makeKey(cluster.env(), '--tenant', 'clinic', '--new-tenant');
  service = await startService({ env: cluster.env() });
});
after(async () => {
  await service?.stop().finally(() => cluster.remove());
});

const create = (patient, name, intake = 'office-worker', at = service) => call(at, 'POST', '/care-plans', {
  json: { patient, intake: example(intake), time_zone: 'UTC' }, headers: { authorization: `Bearer ${key}`, 'idempotency-key': name },
});
const keys = where => Number(cluster.sql(`SELECT count(*) FROM unknot.idempotency_keys WHERE ${where}`));

test('an expired key is as good as new, and its row is taken over', async () => {
  const first = await create('P-1', 'again');
  assert.equal(first.status, 201, first.text);
  assert.equal((await create('P-2', 'again')).status, 422);
  cluster.sql("UPDATE unknot.idempotency_keys SET created_at = created_at - interval '25 hours', expires_at = expires_at - interval '25 hours' WHERE key = 'again'");
  const later = await create('P-2', 'again');
  assert.equal(later.status, 201, later.text);
  assert.equal(later.headers['idempotency-replayed'], undefined);
  assert.notEqual(later.json.id, first.json.id);
  const replay = await create('P-2', 'again');
  assert.equal(replay.headers['idempotency-replayed'], 'true');
  assert.equal(replay.text, later.text);
  assert.equal(keys("key = 'again'"), 1);
});

test('expired keys do not stay: a write takes them along', async () => {
  cluster.sql(`INSERT INTO unknot.idempotency_keys (tenant_id, principal, route, key, fingerprint, status, created_at, expires_at)
    SELECT tenant_id, 'p', 'POST /care-plans', 'old-' || n, decode(repeat('00', 32), 'hex'), 201, now() - interval '2 days', now() - interval '1 day'
    FROM unknot.tenants, generate_series(1, 300) n`);
  assert.equal(keys("key LIKE 'old-%'"), 300);
  const fresh = await startService({ env: cluster.env() }); // each service does so when it begins, and every few minutes
  const made = await create('P-3', 'fresh', 'office-worker', fresh);
  await fresh.stop();
  assert.equal(made.status, 201, made.text);
  assert.equal(keys("key LIKE 'old-%'"), 0);
  assert.equal(keys("key IN ('again', 'fresh')"), 2, 'those in force stay');
});

test('a row that somebody else holds is 409 at once, not an outage; a key at work says so', async () => {
  const { json: plan } = await create('P-4', 'held');
  const held = spawn(`${BIN}/psql`, ['-qX', '-h', cluster.dir, '-U', 'postgres', '-d', 'unknot'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const locks = () => Number(cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND application_name = 'psql'"));
  held.stdin.write(`BEGIN; SELECT 1 FROM unknot.care_plans WHERE plan_id = '${plan.id.split('.')[1]}' FOR UPDATE;
    INSERT INTO unknot.idempotency_keys SELECT tenant_id, principal, route, 'twin', fingerprint, patient_id, status, headers, body, created_at, expires_at
      FROM unknot.idempotency_keys WHERE key = 'held';\n`);
  await until('the locks', () => locks() === 1);
  const change = await call(service, 'PATCH', `/care-plans/${plan.id}`, {
    json: { title: 'x' }, headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'change', 'if-match': '"1"', 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(change.status, 409, change.text);
  assert.equal(change.json.code, 'conflict');
  const twin = await create('P-4', 'twin');
  assert.equal(twin.status, 409, twin.text);
  assert.equal(twin.json.code, 'idempotency_in_progress');
  assert.ok(Number(twin.headers['retry-after']) >= 1);
  held.kill();
  await until('no locks', () => locks() === 0);
  assert.equal((await create('P-4', 'twin')).status, 201);
  assert.match((await call(service, 'GET', '/readyz')).text, /"name":"database","status":"pass"/);
});

test("times are times, whatever the database's own style is", async () => {
  const { json: plan } = await create('P-5', 'times');
  const headers = { authorization: `Bearer ${key}` };
  const read = (await call(service, 'GET', `/care-plans/${plan.id}`, { headers })).json;
  for (const member of ['created_at', 'updated_at']) {
    assert.equal(read[member], plan[member], member);
    assert.ok(Math.abs(Date.parse(read[member]) - Date.now()) < 60_000, `${member}: ${read[member]}`);
  }
  const list = (await call(service, 'GET', `/care-plans?changed_since=${new Date(Date.now() - 5000).toISOString()}`, { headers })).json;
  assert.ok(list.items.some(item => item.id === plan.id));
  // A login whose own settings come later than the start options: behind a pgbouncer there are none.
  const bouncer = await startService({ env: cluster.env(), settings: { pgbouncer: 'on' } });
  const same = (await call(bouncer, 'GET', `/care-plans/${plan.id}`, { headers })).json;
  await bouncer.stop();
  assert.deepEqual(same, read);
});
