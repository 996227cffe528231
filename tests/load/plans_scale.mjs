// What it costs to list and to read care plans while a tenant grows from 1,000 to 1,000,000 of them:
//   node tests/load/plans_scale.mjs [--most 1000000] [--requests 200]
// A PostgreSQL of its own, the release build of the service, plans copied from one that was made over HTTP. Prints the
// median time of a request over one connection, the CPU of the service and of PostgreSQL, and what each is as a
// multiple of the same at 1,000 plans. A benchmark, never a test.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../api/lib/service.mjs';
import { startOn } from './lib/bench_service.mjs';
import { Cluster } from './lib/cluster.mjs';
import { cpu, cpuSince, median, Progress, table } from './lib/measure.mjs';

const { values: { most, requests } } = parseArgs({ options: { most: { type: 'string', default: '1000000' }, requests: { type: 'string', default: '200' } } });
const MOST = Number(most), REQUESTS = Number(requests), CHUNK = 20_000, PLANS_A_PATIENT = 4, THERAPISTS = 10;
const SIZES = [1000, 10_000, 100_000, 1_000_000].filter(n => n < MOST).concat(MOST);

const cluster = new Cluster();
let service, ask;

/**
 * Plans number `from` to `to`, copied from the one made over HTTP: a second apart, on patients and therapists in turn.
 * Sixty of the oldest are revoked, sixty have a technique of their own, sixty need a review: pages are full at any size.
 */
const copyPlans = (from, to) => cluster.sql(`
  INSERT INTO unknot.patients SELECT md5('p' || (n / ${PLANS_A_PATIENT})), t.tenant_id, t.created_at
    FROM unknot.care_plans t, generate_series(${from}, ${to - 1}) n WHERE t.patient_ref = 'template' ON CONFLICT DO NOTHING;
  INSERT INTO unknot.care_plans
    SELECT md5('p' || (n / ${PLANS_A_PATIENT})), t.tenant_id, 'a' || translate(lpad(n::text, 25, '0'), '0189', 'bxyz'), 1,
      CASE WHEN n < 60 THEN 'revoked' ELSE 'active' END, 'P-' || (n / ${PLANS_A_PATIENT}),
      CASE WHEN n BETWEEN 60 AND 119 THEN 'tuina' ELSE t.technique END,
      'therapist-' || (n % ${THERAPISTS}), '{}', t.title, t.goal, t.document, t.intake, t.decision, t.decision_id,
      t.knowledge_version, t.knowledge_sha256, t.time_zone, t.starts_on,
      CASE WHEN n BETWEEN 120 AND 179 THEN '{answers_stale}'::text[] ELSE '{}' END, t.recheck_due, NULL, 0,
      timestamptz '2020-01-01Z' + n * interval '1 second', t.created_by, timestamptz '2020-01-01Z' + n * interval '1 second', NULL
    FROM unknot.care_plans t, generate_series(${from}, ${to - 1}) n WHERE t.patient_ref = 'template';`);

function grow(from, to) {
  const bar = new Progress(`plans ${from} to ${to}`, to - from);
  for (let n = from; n < to; n += CHUNK) {
    copyPlans(n, Math.min(to, n + CHUNK));
    bar.to(Math.min(to, n + CHUNK) - from);
  }
  cluster.sql('VACUUM (ANALYZE) unknot.care_plans, unknot.patients; CHECKPOINT');
}

const moment = n => new Date(Date.UTC(2020, 0, 1) + n * 1000).toISOString().replace('.000', '');
const pick = size => Math.floor(Math.random() * size);
const patientOf = n => Math.floor(n / PLANS_A_PATIENT);

/** The requests, each a path for a tenant of so many plans; ids are computed as in copyPlans. */
function kinds(size, ids, deep) {
  return {
    'read one plan': () => `/care-plans/${ids[pick(ids.length)]}`,
    'list, first page': () => '/care-plans',
    'list, page after a fifth': () => deep,
    'list of one patient': () => `/care-plans?patient=P-${patientOf(pick(size))}`,
    'list of one therapist': () => `/care-plans?therapist=therapist-${pick(THERAPISTS)}`,
    'list by a status few have': () => '/care-plans?status=revoked',
    'list by a technique few have': () => '/care-plans?technique=tuina',
    'list of what needs a review': () => '/care-plans?review_needed=true',
    'changes, the last minute': () => `/care-plans?changed_since=${moment(size - 60)}`,
    'changes, from the middle on': () => `/care-plans?changed_since=${moment(size / 2)}`,
  };
}

async function deepPage(size) {
  let path = '/care-plans?limit=100';
  for (let n = 0; n < Math.min(size / 5, 20_000); n += 100) {
    const answer = await ask('GET', path);
    path = answer.link.match(/<([^>]+)>; *rel="?next/)[1];
  }
  return path.replace('limit=100', 'limit=20');
}

async function measure(path) {
  const times = [], pids = () => [...cluster.pids()];
  for (let i = 0; i < 20; i++) await ask('GET', path());
  const of_service = cpu([service.pid]), of_database = cpu(pids());
  for (let i = 0; i < REQUESTS; i++) {
    const begun = process.hrtime.bigint();
    await ask('GET', path());
    times.push(Number(process.hrtime.bigint() - begun) / 1000);
  }
  const each = 1e6 / REQUESTS;
  return { time: median(times), service: cpuSince([service.pid], of_service) * each, database: cpuSince(pids(), of_database) * each };
}

async function measureSize(size) {
  const ids = cluster.sql(`SELECT patient_id || '.' || plan_id FROM unknot.care_plans WHERE patient_ref <> 'template'
    ORDER BY md5(plan_id) LIMIT 200`).split('\n');
  const found = {};
  for (const [name, path] of Object.entries(kinds(size, ids, await deepPage(size)))) found[name] = await measure(path);
  return found;
}

try {
  ({ service, ask } = await startOn(cluster));
  cluster.sql(`INSERT INTO unknot.therapists SELECT tenant_id, 'therapist-' || n, 1, '{}', created_at, created_at, NULL
    FROM unknot.tenants, generate_series(0, ${THERAPISTS - 1}) n`);
  await ask('POST', '/care-plans', { patient: 'template', intake: JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`)), time_zone: 'Europe/London' });
  const results = [];
  for (let at = 0, i = 0; i < SIZES.length; at = SIZES[i++]) {
    grow(at, SIZES[i]);
    results.push(await measureSize(SIZES[i]));
  }
  const rows = Object.keys(results[0]).flatMap(name => results.map((found, i) => {
    const now = found[name], first = results[0][name];
    return [i ? '' : name, SIZES[i], now.time.toFixed(0), (now.time / first.time).toFixed(2), now.service.toFixed(0), now.database.toFixed(0),
      (now.database / first.database).toFixed(2)];
  }));
  console.log(table(['', 'plans', 'us', 'ratio', 'CPU service', 'CPU PostgreSQL', 'ratio'], rows));
} finally {
  await service?.stop();
  cluster.stop();
}
