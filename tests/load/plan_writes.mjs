// POST /care-plans against pgbench with the very statements, as many connections, the same cluster and durability:
//   node tests/load/plan_writes.mjs [--seconds 5] [--rounds 3]
// In turns on this machine; CPU of PostgreSQL (all of its processes) and of the service apart.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../api/lib/service.mjs';
import { startOn } from './lib/bench_service.mjs';
import { Cluster } from './lib/cluster.mjs';
import { cpu, cpuSince, median, table } from './lib/measure.mjs';
import { creation, pgbench } from './lib/pgbench.mjs';
import { wrk } from './lib/wrk.mjs';

const CONNECTIONS = 8; // as many as the service has workers

/** The values of a plan that the service made, as it sent them. */
function captured(cluster) {
  const row = query => JSON.parse(cluster.sql(`SELECT to_jsonb(t) FROM (${query}) t`));
  const asText = "p.goal::text AS goal, p.document::text AS document, p.intake::text AS intake, p.decision::text AS decision, h.change::text AS change";
  const plan = row(`SELECT p.*, ${asText} FROM unknot.care_plans p JOIN unknot.care_plan_history h USING (patient_id, tenant_id, plan_id)`);
  const once = row('SELECT *, headers::text AS headers FROM unknot.idempotency_keys');
  const audit = row("SELECT * FROM unknot.audit_events WHERE action = 'care_plan.create'");
  return creation(plan.tenant_id, plan, once, audit);
}

export async function planWrites({ seconds = 5, rounds = 3, say = () => {}, answered = () => {} } = {}) {
  const cluster = new Cluster();
  let service;
  try {
    const on = await startOn(cluster, { workers: CONNECTIONS });
    service = on.service;
    const body = { patient: 'P-1', intake: JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`)), time_zone: 'Europe/London' };
    answered((await on.ask('POST', '/care-plans', body)).text);
    const transaction = captured(cluster);
    const request = {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${on.key}` },
      each: `wrk.headers["Idempotency-Key"] = run .. count
  return wrk.format(nil, nil, nil, (string.gsub(long, "P%-1", "P-" .. run .. count, 1)))`,
    };
    const contestants = {
      service: () => wrk(`${service.url}/care-plans`, request, { connections: CONNECTIONS, seconds }),
      'pgbench, extended': () => pgbench(cluster, transaction, { mode: 'extended', clients: CONNECTIONS, seconds }),
      'pgbench, prepared': () => pgbench(cluster, transaction, { mode: 'prepared', clients: CONNECTIONS, seconds }),
    };
    const runs = Object.fromEntries(Object.keys(contestants).map(name => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const [name, run] of Object.entries(contestants)) {
        cluster.sql('CHECKPOINT');
        const database = cluster.cpu(), own = cpu([service.pid]);
        const done = await run();
        if (done.errors) throw new Error(`${name}: ${done.errors} of ${done.requests} requests failed`);
        const count = done.requests ?? done.transactions;
        const measured = { rate: done.rate, p99: done.p99, database: (cluster.cpu() - database) / count * 1e6, own: cpuSince([service.pid], own) / count * 1e6 };
        runs[name].push(measured);
        say(`${name}: ${JSON.stringify(measured)}`);
      }
    return Object.fromEntries(Object.entries(runs).map(([name, all]) =>
      [name, Object.fromEntries(Object.keys(all[0]).map(key => [key, median(all.map(one => one[key]))]))]));
  } finally {
    await service?.stop();
    cluster.stop();
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } } });
  const found = await planWrites({ seconds: Number(values.seconds), rounds: Number(values.rounds), say: line => console.error(line) });
  console.log(table(['', 'plans/s', 'p99 ms', 'us CPU PostgreSQL', 'us CPU service'], Object.entries(found).map(([name, f]) =>
    [name, f.rate.toFixed(0), f.p99.toFixed(1), f.database.toFixed(0), name === 'service' ? f.own.toFixed(0) : ''])));
}
