// A full disk (53100) under a steady load of writes: 503 problems and an alarm, nothing half-written, and when there is
// room again everything goes on. The tables lie on a small file system in memory; where mounting is not allowed, a
// check that raises the same error stands in for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeSync, openSync, closeSync } from 'node:fs';
import { after, test } from 'node:test';
import { call, get, sleep } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { Cluster, makeKey, scratch, unknot, until } from './lib/cluster.mjs';
import { Readers } from './lib/readers.mjs';
import { Writers } from './lib/writers.mjs';

const SIZE_MB = 40;
const undo = [];
after(() => { while (undo.length) undo.pop()(); });

/** A small file system for the tables. */
function smallDisk() {
  const dir = scratch();
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=0777`, 'tmpfs', dir]).status === 0;
  if (!mounted) return null;
  undo.push(() => spawnSync('umount', ['-l', dir]));
  const tables = `${dir}/tables`, ballast = `${dir}/ballast`;
  mkdirSync(tables);
  chmodSync(tables, 0o777);
  return {
    how: `a file system of ${SIZE_MB} MB`,
    prepare(cluster) {
      if (process.getuid() === 0) spawnSync('chown', ['postgres:', tables]);
      cluster.sql(`CREATE TABLESPACE small LOCATION '${tables}'`, 'postgres');
      cluster.sql('ALTER DATABASE unknot SET TABLESPACE small', 'postgres');
    },
    fill() {
      const file = openSync(ballast, 'a'), block = Buffer.alloc(1 << 16);
      try { for (;;) writeSync(file, block); } catch (error) { assert.equal(error.code, 'ENOSPC'); }
      try { for (;;) writeSync(file, block, 0, 512); } catch (error) { assert.equal(error.code, 'ENOSPC'); }
      closeSync(file);
    },
    free() { rmSync(ballast); },
  };
}

/** The last statement of every write is where it fails: what came before must not stay. */
const pretence = {
  how: 'a check that raises 53100, for want of the right to mount',
  cluster: null,
  prepare(cluster) { this.cluster = cluster; },
  fill() {
    this.cluster.sql(`CREATE FUNCTION public.is_full() RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
      GRANT EXECUTE ON FUNCTION public.is_full() TO PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC;
      ALTER TABLE unknot.audit_events ADD CONSTRAINT disk CHECK (public.is_full()) NOT VALID;`);
  },
  free() { this.cluster.sql('ALTER TABLE unknot.audit_events DROP CONSTRAINT disk'); },
};

test('no room left: 503, an alarm, nothing half-written', async t => {
  const disk = smallDisk() ?? pretence;
  t.diagnostic(`disk: ${disk.how}`);
  const cluster = Cluster.start();
  undo.push(() => cluster.remove());
  disk.prepare(cluster);
  unknot(['migrate'], cluster.env());
  const key = makeKey(cluster.env(), '--tenant', 'clinic', '--new-tenant');
  const service = await startService({ env: cluster.env() });
  undo.push(() => { if (!service.end) service.kill(); });
  const alarms = async () => Number((await get(service, '/metrics')).text.match(/^unknot_database_alarms_total\{reason="disk_full"\} (\d+)$/m)[1]);
  assert.equal(await alarms(), 0);

  const writers = new Writers(service, key, 'disk');
  const readers = new Readers(service, { 'no key': {}, 'a key': { authorization: `Bearer ${key}` } });
  await until('writes', () => writers.acknowledged > 20);
  disk.fill();
  const full = () => writers.ledger.filter(e => e.first?.status === 503);
  await until('refusals', () => full().length >= 20);
  for (const entry of full()) {
    const problem = JSON.parse(entry.first.text);
    assert.equal(entry.first.headers['content-type'], 'application/problem+json');
    assert.deepEqual([problem.code, problem.detail], ['unavailable', 'The database has no room left. Nothing was stored.']);
    assert.ok(Number(entry.first.headers['retry-after']) >= 1);
  }
  assert.ok(await alarms() >= 20);
  const said = await service.event('database_alarm');
  assert.deepEqual([said.level, /^disk_full: SQLSTATE 53100 in \w+$/.test(said.reason)], ['error', true], JSON.stringify(said));
  assert.ok(service.logs.filter(e => e.event === 'database_alarm').length <= 30, 'the log is not filled as well');
  // What is there can be read all the same.
  assert.equal((await call(service, 'GET', '/care-plans', { headers: { authorization: `Bearer ${key}` } })).status, 200);
  disk.free();
  const from = performance.now(), acknowledged = writers.acknowledged;
  await until('a write', () => writers.acknowledged > acknowledged);
  const recovery = performance.now() - from;
  await sleep(500);
  await writers.stop();
  const samples = await readers.stop();
  const figures = await writers.reckon();
  t.diagnostic(`disk: ${figures.text}; a write ${recovery.toFixed(0)} ms after there was room; ${samples.length} stateless answers`);
  assert.equal(figures.found, figures.acknowledged);
  assert.equal(samples.filter(s => s.status !== 200).length, 0);
  assert.ok(recovery < 2000);
  await service.stop();
});
