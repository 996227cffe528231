// What a bulk export of a large tenant costs, and what it costs the others:
//   node tests/load/export_scale.mjs [--plans 200000] [--scores 2] [--downloads 5] [--files 40]
// A PostgreSQL of its own, the release build of the service, plans copied from one that was made over HTTP. Prints the
// time of the manifest, and of files (the first --files of each type, --downloads at a time): rows a second, CPU of
// PostgreSQL and of the service a file, the memory the service peaks at; and the p99 of another tenant's reads with and
// without the export going on. A benchmark, never a test.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { ROOT } from '../api/lib/service.mjs';
import { startOn } from './lib/bench_service.mjs';
import { Cluster } from './lib/cluster.mjs';
import { cpu, cpuSince, memoryOf, Progress, quantile, table } from './lib/measure.mjs';

const { values } = parseArgs({ options: Object.fromEntries(Object.entries({ plans: '200000', scores: '2', downloads: '5', files: '40' })
  .map(([name, value]) => [name, { type: 'string', default: value }])) });
const [PLANS, SCORES, DOWNLOADS, FILES] = [values.plans, values.scores, values.downloads, values.files].map(Number);
const CHUNK = 20_000, READS = 400;
const ID = n => `'a' || translate(lpad((${n})::text, 25, '0'), '0189', 'bxyz')`;

const grow = (cluster, from, to) => cluster.sql(`
  INSERT INTO unknot.patients SELECT md5('p' || (n / 4)), t.tenant_id, t.created_at
    FROM unknot.care_plans t, generate_series(${from}, ${to - 1}) n WHERE t.patient_ref = 'template' ON CONFLICT DO NOTHING;
  INSERT INTO unknot.care_plans
    SELECT md5('p' || (n / 4)), t.tenant_id, ${ID('n')}, 1, 'active', 'P-' || (n / 4), t.technique, NULL, '{}', t.title, t.goal, t.document,
      t.intake, t.decision, t.decision_id, t.knowledge_version, t.knowledge_sha256, t.time_zone, t.starts_on, '{}', t.recheck_due, NULL, 0,
      timestamptz '2020-01-01Z' + n * interval '1 second', t.created_by, timestamptz '2020-01-01Z' + n * interval '1 second', NULL
    FROM unknot.care_plans t, generate_series(${from}, ${to - 1}) n WHERE t.patient_ref = 'template';
  INSERT INTO unknot.measurements
    SELECT md5('p' || (n / 4)), t.tenant_id, 'm-' || ${ID(`n * ${SCORES} + k`)}, ${ID('n')}, 'nrs', 4, NULL,
      timestamptz '2020-01-01Z' + n * interval '1 second', timestamptz '2020-01-01Z' + n * interval '1 second' + k * interval '1 week'
    FROM unknot.care_plans t, generate_series(${from}, ${to - 1}) n, generate_series(0, ${SCORES - 1}) k WHERE t.patient_ref = 'template';`);

const agent = new http.Agent({ keepAlive: true });
/** { status, headers, bytes, lines } of a request; the body of a file is counted, not kept. */
const ask = (service, key, path, headers = {}) => new Promise((resolve, reject) => {
  const request = http.request({ host: service.host, port: service.port, path, agent, headers: { authorization: `Bearer ${key}`, ...headers } }, answer => {
    let text = '', bytes = 0, lines = 0;
    const isFile = path.includes('$export-file');
    answer.on('data', piece => {
      bytes += piece.length;
      if (isFile) for (const byte of piece) lines += byte === 10;
      else text += piece;
    });
    answer.on('end', () => (answer.statusCode < 300 ? resolve({ headers: answer.headers, text, bytes, lines }) : reject(new Error(`${path.slice(0, 60)}: ${answer.statusCode} ${text}`))));
  });
  request.on('error', reject);
  request.end();
});
const pathOf = url => url.replace(/^https?:\/\/[^/]+/, '');
const kickOff = async (service, key, query = '') =>
  pathOf((await ask(service, key, `/fhir/$export${query}`, { prefer: 'respond-async', accept: 'application/fhir+json' })).headers['content-location']);

/** Runs it; seconds it took, CPU seconds of service and PostgreSQL. */
async function costs(what) {
  const pids = () => [...cluster.pids()], of_service = cpu([service.pid]), of_database = cpu(pids()), begun = process.hrtime.bigint();
  const result = await what();
  return { result, seconds: Number(process.hrtime.bigint() - begun) / 1e9, service: cpuSince([service.pid], of_service), database: cpuSince(pids(), of_database) };
}

async function download(files) {
  const left = [...files];
  let lines = 0, bytes = 0;
  await Promise.all(Array.from({ length: DOWNLOADS }, async () => {
    for (let file; (file = left.shift());) {
      const got = await ask(service, key, pathOf(file.url), { accept: 'application/fhir+ndjson' });
      lines += got.lines;
      bytes += got.bytes;
    }
  }));
  return { lines, bytes };
}

/** Milliseconds of reads of one plan of another tenant, one after the other, until `done()`. */
async function reads(target, done) {
  const times = [];
  while (!done(times.length)) {
    const begun = process.hrtime.bigint();
    await ask(service, other, target);
    times.push(Number(process.hrtime.bigint() - begun) / 1e6);
  }
  return times;
}
const shown = times => `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms of ${times.length}`;

const cluster = new Cluster();
let service, key, other;
try {
  const started = await startOn(cluster, { 'statement-ms': 500 });
  ({ service, key } = started);
  other = started.makeKey('--tenant', 'other', '--new-tenant');
  const intake = JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`));
  await started.ask('POST', '/care-plans', { patient: 'template', intake, time_zone: 'Europe/London' });
  const theirs = (await started.ask('POST', '/care-plans', { patient: 'x', intake, time_zone: 'Europe/London' }, other)).json;
  const bar = new Progress('plans', PLANS);
  for (let n = 0; n < PLANS; n += CHUNK) {
    grow(cluster, n, Math.min(PLANS, n + CHUNK));
    bar.to(Math.min(PLANS, n + CHUNK));
  }
  cluster.sql('VACUUM (ANALYZE); CHECKPOINT');

  const rows = [];
  for (const [name, query] of [['all', ''], ['a recent _since', '?_since=2100-01-01'], ['a _since in the middle', `?_since=${new Date(Date.UTC(2020, 0, 1) + PLANS * 500).toISOString()}`]]) {
    const job = await kickOff(service, key, query), found = await costs(() => ask(service, key, job));
    rows.push([`manifest, ${name}`, `${JSON.parse(found.result.text).output.length} files`, (found.seconds * 1000).toFixed(0), (found.database * 1000).toFixed(0), (found.service * 1000).toFixed(0)]);
  }
  const { output } = JSON.parse((await ask(service, key, await kickOff(service, key))).text);
  console.log(table(['', '', 'ms', 'CPU PostgreSQL ms', 'CPU service ms'], rows));

  const alone = await reads(`/care-plans/${theirs.id}`, n => n === READS), before = memoryOf(service.pid), lines = [];
  let over = false;
  const beside = reads(`/care-plans/${theirs.id}`, () => over);
  beside.catch(() => {}); // told where it is awaited: until then the cluster has to be stopped all the same
  for (const type of ['CarePlan', 'Goal', 'Provenance', 'Observation']) {
    const files = output.filter(file => file.type === type).slice(0, FILES);
    const { result, ...cost } = await costs(() => download(files)), each = 1000 / files.length;
    lines.push([type, files.length, result.lines, (result.lines / cost.seconds).toFixed(0), (result.bytes / result.lines).toFixed(0),
      (cost.database * each).toFixed(1), (cost.service * each).toFixed(1)]);
  }
  over = true;
  console.log(table(['', 'files', 'rows', 'rows a second', 'bytes a row', 'CPU PostgreSQL ms a file', 'CPU service ms a file'], lines));
  console.log(`memory of the service: ${(before / 1024).toFixed(0)} MB before, ${(memoryOf(service.pid, 'VmHWM') / 1024).toFixed(0)} MB at most`);
  console.log(`another tenant's reads: alone ${shown(alone)}; beside the export ${shown(await beside)}`);
} finally {
  await service?.stop();
  agent.destroy();
  cluster.stop();
}
