// The schema from every state it can be in: empty, half-way after a kill -9, several processes at once, and as each
// earlier version left it (tests/store/dumps). What was stored stays as it was, and the service answers from it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { call, sleep } from '../api/lib/http.mjs';
import { example } from '../api/lib/people.mjs';
import { ROOT, startService } from '../api/lib/service.mjs';
import { BIN, Cluster, asPostgres, makeKey, unknot } from './lib/cluster.mjs';

const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
const sqlFiles = folder => readdirSync(`${ROOT}${folder}`).filter(name => /^\d{4}_\w+\.sql$/.test(name)).sort();
const migrations = sqlFiles('db/migrations'), dumps = sqlFiles('tests/store/dumps');

let cluster, whole, services = [];
const schemaOf = database => asPostgres(`${BIN}/pg_dump`, ['-s', '-h', cluster.dir, '-U', 'postgres', '-d', database])
  .split('\n').filter(line => !line.startsWith('\\')).join('\n');
const create = database => cluster.sql(`CREATE DATABASE ${database} OWNER unknot_owner`, 'postgres');
const applied = database => Number(cluster.sql('SELECT count(*) FROM unknot_admin.migrations', database));
const start = database => {
  const child = spawn(BINARY, ['migrate'], { env: { ...process.env, ...cluster.env({ database }) }, stdio: 'ignore' });
  return { child, ended: new Promise(resolve => { child.on('close', (code, signal) => resolve(signal ?? code)); }) };
};

before(() => {
  cluster = Cluster.start();
  unknot(['migrate'], cluster.env());
  whole = schemaOf('unknot');
});
after(async () => {
  await Promise.all(services.map(service => service.end ?? service.kill()));
  cluster?.remove();
});

test('twice: nothing to do, the same schema', () => {
  assert.match(unknot(['migrate'], cluster.env()), /^up to date/);
  assert.equal(schemaOf('unknot'), whole);
});

test('by a login that is itself unknot_owner: the service may read what it needs', async () => {
  const owned = Cluster.start();
  try {
    owned.sql('DROP DATABASE unknot; DROP ROLE unknot_app; DROP ROLE unknot_owner; CREATE ROLE unknot_owner LOGIN CREATEROLE; '
      + 'CREATE ROLE unknot_app LOGIN', 'postgres');
    owned.sql('CREATE DATABASE unknot OWNER unknot_owner', 'postgres');
    const env = { ...owned.env(), UNKNOT_OWNER_URL: owned.url('unknot_owner') };
    unknot(['migrate'], env);
    assert.equal(owned.sql("SELECT has_schema_privilege('unknot_app', 'unknot_admin', 'USAGE')"), 't');
    const key = makeKey(env);
    const service = await startService({ env: { UNKNOT_DATABASE_URL: env.UNKNOT_DATABASE_URL } });
    const { status } = await call(service, 'GET', '/care-plans', { headers: { authorization: `Bearer ${key}` } });
    await service.stop();
    assert.equal(status, 200);
  } finally {
    owned.remove();
  }
});

test('killed by kill -9 again and again: in the end it is the same schema', async t => {
  create('killed');
  let kills = 0, ended;
  for (let wait = 20; ended !== 0; wait += 15) {
    const one = start('killed');
    const timer = setTimeout(() => one.child.kill('SIGKILL'), wait);
    ended = await one.ended;
    clearTimeout(timer);
    assert.ok(ended === 0 || ended === 'SIGKILL', `migrate ended with ${ended}`);
    kills += ended !== 0;
  }
  t.diagnostic(`killed: ${kills} times`);
  assert.ok(kills >= 3, 'it was never killed half-way');
  assert.equal(applied('killed'), migrations.length);
  assert.equal(schemaOf('killed'), whole);
});

test('killed between two migrations: what is done stays, the rest follows', async () => {
  create('half');
  // The third waits for the name of a table that somebody else is about to make.
  cluster.sql('CREATE SCHEMA unknot AUTHORIZATION unknot_owner', 'half');
  const held = spawn(`${BIN}/psql`, ['-qX', '-h', cluster.dir, '-U', 'postgres', '-d', 'half'], { stdio: ['pipe', 'ignore', 'ignore'] });
  held.stdin.write('BEGIN; CREATE TABLE unknot.patients (x int);\n');
  await sleep(300);
  const one = start('half');
  for (let tries = 0; tries < 200 && cluster.sql('SELECT count(*) FROM pg_locks WHERE NOT granted', 'half') === '0'; tries++) await sleep(50);
  one.child.kill('SIGKILL');
  await one.ended;
  cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'half' AND pid <> pg_backend_pid()", 'half');
  held.kill();
  assert.equal(applied('half'), 2);
  unknot(['migrate'], cluster.env({ database: 'half' }));
  assert.equal(schemaOf('half'), whole);
});

test('four processes at once: each migration once', async () => {
  create('many');
  const all = await Promise.all(Array.from({ length: 4 }, () => start('many').ended));
  assert.deepEqual(all, [0, 0, 0, 0]);
  assert.equal(applied('many'), migrations.length);
  assert.equal(schemaOf('many'), whole);
});

test('every earlier version is kept as a dump', () => {
  assert.deepEqual(migrations.slice(0, -1).filter(name => !dumps.includes(name)), [], 'node tests/store/make_dump.mjs makes them');
  assert.deepEqual(dumps.filter(name => !existsSync(`${ROOT}db/migrations/${name}`)), [], 'dumps of no migration');
});

/** Every row of every table of the schema as an object, by table. */
function rowsOf(database) {
  const tables = cluster.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'unknot' ORDER BY 1", database).split('\n').filter(Boolean);
  return new Map(tables.map(table => [table, cluster.sql(`SELECT to_jsonb(t) FROM unknot.${table} t ORDER BY to_jsonb(t)::text`, database)
    .split('\n').filter(Boolean).map(row => JSON.parse(row))]));
}

/** Each old row is there with all that it had, and no row came along. */
function holds(now, then) {
  for (const [table, rows] of then) {
    const left = now.get(table)?.slice() ?? [];
    assert.equal(left.length, rows.length, `rows of ${table}`);
    for (const row of rows) {
      const at = left.findIndex(candidate => Object.entries(row).every(([name, value]) => JSON.stringify(candidate[name]) === JSON.stringify(value)));
      assert.ok(at >= 0, `${table}: ${JSON.stringify(row).slice(0, 200)}`);
      left.splice(at, 1);
    }
  }
}

/** The present version is there; an earlier one too where it was kept, and else it is said that it was not, never guessed. */
async function versions(get, path, plan, kept) {
  assert.equal((await get(`${path}/versions/${plan.version}`)).title, plan.title);
  const fhir = `/fhir/CarePlan/${plan.patient_id}.${plan.plan_id}/_history`;
  for (let version = 1; version < plan.version; version++) {
    const native = await get(`${path}/versions/${version}`, kept ? 200 : 404), other = await get(`${fhir}/${version}`, kept ? 200 : 404);
    if (!kept) assert.match(`${native.detail} ${other.issue[0].details.text}`, /is not kept.* is not kept/);
  }
  const { entry, total } = await get(fhir);
  assert.equal(total, plan.version);
  assert.deepEqual(entry.map(e => Boolean(e.resource)), entry.map((e, i) => kept || i === 0));
}

for (const dump of dumps)
  test(`from ${dump}: the data stays, the service answers from it and goes on`, async t => {
    const database = `from_${dump.slice(0, 4)}`, env = cluster.env({ database });
    create(database);
    cluster.sql(readFileSync(`${ROOT}tests/store/dumps/${dump}`, 'utf8'), database);
    assert.equal(applied(database), Number(dump.slice(0, 4)));
    const then = rowsOf(database);
    unknot(['migrate'], env);
    assert.equal(applied(database), migrations.length);
    holds(rowsOf(database), then);
    const tenant = then.get('tenants')?.[0]?.name;
    const key = tenant ? makeKey(env, '--tenant', tenant) : makeKey(env, '--tenant', 'clinic', '--new-tenant');
    const service = await startService({ env });
    services.push(service);
    const get = async (path, status = 200) => {
      const answer = await call(service, 'GET', path, { headers: { authorization: `Bearer ${key}` } });
      assert.equal(answer.status, status, `${path}: ${answer.text}`);
      return answer.json;
    };
    const plans = (then.get('care_plans') ?? []).filter(plan => !plan.deleted_at);
    const listed = (await get('/care-plans?limit=200')).items;
    assert.deepEqual(listed.map(plan => plan.id).sort(), plans.map(plan => `${plan.patient_id}.${plan.plan_id}`).sort());
    for (const plan of plans) {
      const path = `/care-plans/${plan.patient_id}.${plan.plan_id}`;
      const read = await get(path);
      assert.deepEqual([read.version, read.status, read.patient, read.title], [plan.version, plan.status, plan.patient_ref, plan.title]);
      assert.ok((await get(`/care-plans?patient=${encodeURIComponent(plan.patient_ref)}`)).items.length >= 1, 'found by its patient');
      const below = table => then.get(table).filter(row => row.plan_id === plan.plan_id && !row.deleted_at).length;
      assert.equal((await get(`${path}/history?limit=200`)).items.length, below('care_plan_history'));
      assert.equal((await get(`${path}/sessions?limit=200`)).items.length, below('sessions'));
      assert.equal((await get(`${path}/measurements?limit=200`)).items.length, below('measurements'));
      await versions(get, path, plan, then.has('care_plan_versions'));
      await get(`${path}/progress`);
      await get(`/patients/${encodeURIComponent(plan.patient_ref)}/export`);
    }
    assert.equal((await get('/therapists')).items.length, (then.get('therapists') ?? []).length);
    for (const plan of plans.filter(one => one.status === 'active').slice(0, 1)) {
      const path = `/care-plans/${plan.patient_id}.${plan.plan_id}`;
      const changed = await call(service, 'PATCH', path, {
        json: { title: 'From now on' },
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/merge-patch+json', 'if-match': `"${plan.version}"` },
      });
      assert.equal(changed.status, 200, changed.text);
      assert.equal((await get(`${path}/versions/${plan.version}`)).title, plan.title, 'what is replaced from now on is kept');
    }
    const made = await call(service, 'POST', '/care-plans', {
      json: { patient: 'P-new', intake: example('office-worker'), time_zone: 'UTC' }, headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'new' },
    });
    assert.equal(made.status, 201, made.text);
    await service.stop();
    t.diagnostic(`from ${dump.slice(0, 4)}: ${[...then.values()].reduce((n, rows) => n + rows.length, 0)} rows in ${then.size} tables stayed as they were`);
  });
