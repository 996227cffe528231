#!/usr/bin/env node
// make_dump [VERSION...]: keeps the database as it is after migration VERSION (a number; by default the newest) as
// tests/store/dumps/NNNN_name.sql: schema and a little data, made over HTTP by the service as it is now. Run it when a
// migration is released: tests/faults/migrations.test.mjs brings every dump up to date and reads it.
// Needs build/debug/unknot (or UNKNOT) and what tests/api needs (tests/lib/npm-ci tests/api).
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { ROOT, startService } from '../api/lib/service.mjs';
import { BIN, Cluster, asPostgres, makeKey, unknot } from '../faults/lib/cluster.mjs';
import { populate } from '../faults/lib/populate.mjs';

const files = readdirSync(`${ROOT}db/migrations`).filter(name => /^\d{4}_\w+\.sql$/.test(name)).sort();
const wanted = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [files.length];
const text = file => readFileSync(`${ROOT}db/migrations/${file}`, 'utf8');
const dump = (cluster, database, ...args) => asPostgres(`${BIN}/pg_dump`, ['-h', cluster.dir, '-U', 'postgres', '-d', database, ...args]);
// \restrict holds a random word and is not known to every psql.
const clean = sql => sql.split('\n').filter(line => !/^\\(un)?restrict /.test(line)).join('\n');

/** The tables of the schema with their columns, as they are in a database. */
function columnsOf(cluster, database) {
  const rows = cluster.sql(`SELECT table_name || ' ' || string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
    FROM information_schema.columns WHERE table_schema = 'unknot' AND is_generated = 'NEVER' GROUP BY table_name`, database);
  return new Map(rows.split('\n').filter(Boolean).map(row => [row.slice(0, row.indexOf(' ')), row.slice(row.indexOf(' ') + 1)]));
}

/** Tables in an order in which foreign keys hold. */
const ORDER = ['tenants', 'api_keys', 'therapists', 'patients', 'care_plans'];
const rank = table => (ORDER.indexOf(table) + ORDER.length) % ORDER.length + (ORDER.includes(table) ? 0 : ORDER.length);

function migrateTo(cluster, database, version) {
  cluster.sql(`CREATE DATABASE ${database} OWNER unknot_owner`, 'postgres');
  for (const file of files.slice(0, version)) {
    const name = file.replace('.sql', ''), sum = createHash('sha256').update(text(file)).digest('hex');
    cluster.sql(`BEGIN; ${text(file)}
      INSERT INTO unknot_admin.migrations VALUES (${Number(name.slice(0, 4))}, '${name}', '${sum}', now()); COMMIT;`, database);
  }
}

function copy(cluster, from, to) {
  const there = columnsOf(cluster, from), here = columnsOf(cluster, to);
  for (const table of [...here.keys()].sort((a, b) => rank(a) - rank(b))) {
    const columns = here.get(table).split(', ').filter(column => there.get(table)?.split(', ').includes(column)).join(', ');
    const rows = cluster.sql(`COPY (SELECT ${columns} FROM unknot.${table}) TO STDOUT`, from);
    if (rows) cluster.sql(`COPY unknot.${table} (${columns}) FROM STDIN;\n${rows}\n\\.\n`, to);
  }
}

const cluster = Cluster.start();
unknot(['migrate'], cluster.env());
const service = await startService({ env: cluster.env() });
await populate(service, makeKey(cluster.env(), '--tenant', 'clinic', '--new-tenant'));
await service.stop();
for (const version of wanted) {
  const database = `at_${version}`, out = `${ROOT}tests/store/dumps/${files[version - 1]}`;
  migrateTo(cluster, database, version);
  copy(cluster, 'unknot', database);
  writeFileSync(out, clean(dump(cluster, database)));
  console.log(out.slice(ROOT.length));
}
cluster.remove();
