// Processes that die under a steady load of writes: the service, its PostgreSQL, single backends of it. The private
// cluster, as `deploy/run` has it. No acknowledged write is missing, none is there twice.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { get, sleep } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { makeKey, processesIn, psql, scratch, until } from './lib/cluster.mjs';
import { Readers } from './lib/readers.mjs';
import { Writers } from './lib/writers.mjs';

const TIMES = 5;
const state = scratch();
const data = `${state}/state/cluster/data`;
const env = { UNKNOT_DATABASE_URL: '', UNKNOT_STATE_DIR: `${state}/state` };

let service, key;
before(async () => {
  service = await startService({ env });
  key = makeKey(env);
});
after(async () => {
  await service?.stop();
  rmSync(state, { recursive: true, force: true });
});

const pidFile = () => readFileSync(`${data}/postmaster.pid`, 'utf8').split('\n');
const postmaster = () => Number(pidFile()[0]);
const sql = text => psql(pidFile()[4], 'unknot', text);
const isUp = async () => /"name":"database","status":"pass"/.test((await get(service, '/readyz')).text);
const callers = () => ({ 'no key': {}, 'a key': { authorization: `Bearer ${key}` } });
const noErrors = samples => assert.deepEqual(samples.filter(s => s.status !== 200).slice(0, 5).map(s => `${s.what}: ${s.status}`), [], 'stateless answers');

/** So many acknowledged writes more: the fault meets a load, and what came before it is over. */
const moreWrites = async (writers, more = 15) => {
  const from = writers.acknowledged;
  await until(`${more} more acknowledged writes`, () => writers.acknowledged >= from + more);
};

/** Load, `TIMES` times the fault, the reckoning. */
async function underLoad(t, name, fault) {
  const writers = new Writers(service, key, name);
  const readers = new Readers(service, callers());
  for (let time = 0; time < TIMES; time++) {
    await moreWrites(writers);
    await fault(writers, time);
  }
  await moreWrites(writers);
  await writers.stop();
  const samples = await readers.stop();
  const figures = await writers.reckon();
  t.diagnostic(`${name}: ${figures.text}; ${samples.length} stateless answers`);
  assert.equal(figures.found, figures.acknowledged);
  return samples;
}

test('kill -9 of single backends, and pg_terminate_backend, five times each', async t => {
  let dead = 0;
  const samples = await underLoad(t, 'backend', async (_writers, time) => {
    const worker = "SELECT pid FROM pg_stat_activity WHERE application_name = 'unknot' AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    dead += Number(sql(`SELECT count(pg_terminate_backend(pid)) FROM (${worker} LIMIT 2) AS chosen`));
    await sleep(150);
    process.kill(Number(sql(`${worker} ORDER BY pid LIMIT 1 OFFSET ${time % 2}`)), 'SIGKILL');
    await until('the database is back', isUp);
  });
  assert.ok(dead >= TIMES, `only ${dead} backends were there to be ended`);
  noErrors(samples);
});

test('kill -9 of the postmaster, five times', async t => {
  const seen = new Set();
  const samples = await underLoad(t, 'postmaster', async () => {
    const pid = postmaster();
    seen.add(pid);
    process.kill(pid, 'SIGKILL');
    await until('another postmaster', () => { try { return postmaster() !== pid && /ready/.test(pidFile()[7]); } catch { return false; } });
    assert.ok(await until('the service writes again', isUp) < 2000, 'recovery within 2 s of its return');
  });
  assert.equal(seen.size, TIMES);
  noErrors(samples);
  assert.equal(service.logs.filter(e => e.event === 'database_died').length >= TIMES, true, 'each death is logged');
});

test('kill -9 of the service, five times: what it acknowledged is there', async t => {
  const writers = new Writers(service, key, 'service');
  for (let time = 0; time < TIMES; time++) {
    await moreWrites(writers);
    await service.kill('SIGKILL');
    writers.at = service = await startService({ env });
  }
  await moreWrites(writers);
  await writers.stop();
  const figures = await writers.reckon();
  t.diagnostic(`service: ${figures.text}`);
  assert.equal(figures.found, figures.acknowledged);
});

test('kill -9 of service and keeper: the living PostgreSQL is adopted, with all of its writes', async t => {
  const writers = new Writers(service, key, 'adopted');
  await moreWrites(writers);
  const pid = postmaster(), keeper = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^PPid:\s+(\d+)/m)[1]);
  assert.equal(readFileSync(`/proc/${keeper}/comm`, 'utf8').trim(), 'unknot-keeper');
  process.kill(keeper, 'SIGKILL');
  const said = await service.event('database_keeper_died');
  assert.equal(said.level, 'error');
  await moreWrites(writers); // PostgreSQL goes on without it
  await service.kill('SIGKILL');
  assert.ok(processesIn(data).includes(pid), 'PostgreSQL lives');
  writers.at = service = await startService({ env });
  await service.event('database_adopted');
  assert.equal(postmaster(), pid);
  await moreWrites(writers);
  await writers.stop();
  const figures = await writers.reckon();
  t.diagnostic(`adopted: ${figures.text}`);
  assert.equal(figures.found, figures.acknowledged);
});
