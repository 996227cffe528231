// A dump is enough to be back: pg_dump into a new cluster, and `unknot backup` into a new state directory, give the same
// answers, ETags too.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { startService } from '../api/lib/service.mjs';
import { BIN, Cluster, asPostgres, makeKey, scratch, unknot } from './lib/cluster.mjs';
import { answersOf, notRead, populate } from './lib/populate.mjs';

const steady = answers => answers.map(([what, status, etag, text]) => [what, status, etag,
  // The time and the trace of the question itself.
  text.replace(/"(exported_at|trace_id|instance)":"[^"]*"/g, '"$1":""')]);

function same(before, after) {
  assert.equal(after.length, before.length);
  const differing = before.filter((answer, i) => JSON.stringify(answer) !== JSON.stringify(after[i])).map(([what]) => what);
  assert.deepEqual(differing, []);
  assert.deepEqual(notRead(before), [], 'operations that were not compared');
  const read = before.filter(([, status]) => status === 200).length;
  assert.ok(read > 25, `only ${read} answers`);
  return `${before.length} answers (${read} with 200) are the same`;
}

async function serve(t, env) {
  const service = await startService({ env });
  t.after(() => service.end ?? service.kill());
  return service;
}

/** Reads and stops. The dump was made before: reading leaves events. */
async function readAll(service, key, tenant) {
  const answers = steady(await answersOf(service, key, tenant));
  await service.stop();
  return answers;
}

test('pg_dump, and a new cluster: the same answers, and writes', async t => {
  const first = Cluster.start(), second = Cluster.start();
  t.after(() => [first, second].forEach(cluster => cluster.remove()));
  unknot(['migrate'], first.env());
  const key = makeKey(first.env(), '--tenant', 'clinic', '--new-tenant');
  let service = await serve(t, first.env());
  const tenant = await populate(service, key);
  asPostgres(`${BIN}/pg_dump`, ['-Fc', '--enable-row-security', '-h', first.dir, '-U', 'unknot_owner', '-d', 'unknot', '-f', `${first.dir}/dump`]);
  const before = await readAll(service, key, tenant);
  asPostgres(`${BIN}/pg_restore`, ['--exit-on-error', '-h', second.dir, '-U', 'postgres', '-d', 'unknot', `${first.dir}/dump`]);
  service = await serve(t, second.env());
  t.diagnostic(`dump: ${same(before, await readAll(service, key, tenant))}`);
  service = await serve(t, second.env());
  await populate(service, key); // it takes the same writes again
  await service.stop();
});

test('unknot backup, and a new state directory: the same answers', async t => {
  const dir = scratch();
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const env = name => ({ UNKNOT_DATABASE_URL: '', UNKNOT_STATE_DIR: `${dir}/${name}` });
  let service = await serve(t, env('first'));
  const key = makeKey(env('first'));
  const tenant = await populate(service, key);
  unknot(['backup', `${dir}/file`], env('first'));
  const before = await readAll(service, key, tenant);
  unknot(['restore', `${dir}/file`], env('second'));
  service = await serve(t, env('second'));
  t.diagnostic(`backup: ${same(before, await readAll(service, key, tenant))}`);
});
