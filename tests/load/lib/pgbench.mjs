// pgbench running the very statements of the service: taken from db/queries, in the transaction the service sends, in
// one pipeline, with the values of a plan that the service made. Only the ids differ: pgbench has numbers and no texts,
// so they are made from a random number inside the statement (md5, lpad: about a microsecond).
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from '../../api/lib/service.mjs';
import { quantile } from './measure.mjs';

const textOf = name => readFileSync(`${ROOT}db/queries/${name}.sql`, 'utf8').replace(/^--.*\n/gm, '').trim();

/** A statement with its parameters as pgbench variables :name_1 ...; `computed` gives SQL for some of them. */
function statement(name, values, computed = {}) {
  const variables = {};
  const sql = textOf(name).replace(/\$(\d+)/g, (_, n) => {
    if (computed[n]) return `(${computed[n]})`;
    if (values[n - 1] === null || values[n - 1] === undefined) return 'NULL';
    variables[`${name}_${n}`] = values[n - 1];
    return `:${name}_${n}`;
  });
  return { sql, variables };
}

/** The transaction of POST /care-plans with the values of the plan `row`, its key `once`, its event `audit`. */
export function creation(tenant, row, once, audit) {
  const patient = 'md5(:n::bigint::text)', plan = "lpad(translate(:n::bigint::text, '0189', 'bxyz'), 26, 'a')", at = row.created_at;
  const steps = [
    statement('idempotency_begin', [tenant, once.principal, once.route, null, once.fingerprint, null, '201', once.headers, once.body, at,
      once.expires_at], { 4: ":n::bigint::text", 6: patient }),
    statement('patient_ensure', [tenant, null, at], { 2: patient }),
    statement('care_plan_create', [tenant, null, at, row.created_by, null, row.status, row.patient_ref, row.technique, row.therapist_id,
      row.title, row.goal, row.document, row.intake, row.decision, row.decision_id, row.knowledge_version, row.knowledge_sha256,
      row.time_zone, row.starts_on, '{}', row.recheck_due, row.clearance_ends, '[]', row.title, row.change], { 2: patient, 5: plan }),
    statement('audit_add', [tenant, null, at, row.created_by, null, 'care_plan.create', null, audit.trace_id, 'ok'],
      { 2: patient, 5: plan, 7: `'care-plans/' || ${patient} || '.' || ${plan}` }),
  ];
  return {
    sql: ['\\set n random(1, 1000000000000000)', '\\startpipeline', 'BEGIN;', `SET LOCAL unknot.tenant='${tenant}';`,
      'SET LOCAL lock_timeout=200;', ...steps.map(step => step.sql), 'COMMIT;', '\\endpipeline', ''].join('\n'),
    variables: Object.assign({}, ...steps.map(step => step.variables)),
  };
}

/** Runs it for so many seconds: { transactions, rate, p99 in ms, cpu of pgbench itself in s }. */
export async function pgbench(cluster, { sql, variables }, { mode, clients, seconds }) {
  const script = `${cluster.dir}/creation.pgbench`, log = `${cluster.dir}/log-${mode}`;
  writeFileSync(script, sql);
  const values = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const child = spawn(`${cluster.bin}/pgbench`, ['-n', '-M', mode, '-c', clients, '-j', 1, '-T', seconds, '-f', script, '-l', `--log-prefix=${log}`,
    ...values, '-h', cluster.dir, '-U', 'unknot', 'unknot'].map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '', said = '';
  child.stdout.on('data', piece => { text += piece; });
  child.stderr.on('data', piece => { said += piece; });
  const code = await new Promise(resolve => { child.on('close', resolve); });
  const rate = Number(text.match(/^tps = ([\d.]+)/m)?.[1]);
  if (code !== 0 || !rate) throw new Error(`pgbench: ${said.slice(-2000)}${text.slice(-500)}`);
  const times = readFileSync(`${log}.${child.pid}`, 'utf8').trim().split('\n').map(line => Number(line.split(' ')[2]) / 1000);
  return { transactions: times.length, rate, p99: quantile(times, 0.99) };
}
