// A database that is away, frozen or slow, under a steady load of writes. Stateless answers go on as if nothing were;
// of the writes no acknowledged one is missing, and none is there twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, sleep } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { Cluster, makeKey, unknot, until } from './lib/cluster.mjs';
import { Proxy } from './lib/proxy.mjs';
import { Readers, percentile } from './lib/readers.mjs';
import { Writers } from './lib/writers.mjs';

const BEFORE_MS = 3000, AWAY_MS = 10_000, SLOW_MS = 6000, FACTOR = 5;
const NOISE_MS = 60; // of a busy machine; who waits for the database waits 250 ms and more

let cluster, keys;
before(() => {
  cluster = Cluster.start();
  unknot(['migrate'], cluster.env());
  keys = { clinic: makeKey(cluster.env(), '--new-tenant', '--tenant', 'clinic') };
  keys.publishable = makeKey(cluster.env(), '--publishable', '--tenant', 'clinic');
  keys.never_seen = makeKey(cluster.env(), '--tenant', 'clinic');
});
after(() => cluster?.remove());

const bearer = key => ({ authorization: `Bearer ${key}` });
const callers = () => ({ 'no key': {}, 'a key': bearer(keys.clinic), 'a publishable key': bearer(keys.publishable) });
const noErrors = samples => assert.deepEqual(samples.filter(s => s.status !== 200).slice(0, 5).map(s => `${s.what}: ${s.status}`), [], 'stateless answers');
const isUp = async service => /"name":"database","status":"pass"/.test((await get(service, '/readyz')).text);

/** A service that ends with its test, however that ends. */
async function serve(t, env, settings) {
  const service = await startService({ env, settings });
  t.after(() => service.end ?? service.kill());
  return service;
}

/** Load; 3 s later the fault for 10 s; then back. Prints and checks the figures. */
async function away(t, name, fault, back) {
  const service = await serve(t, cluster.env());
  const writers = new Writers(service, keys.clinic, name);
  const readers = new Readers(service, callers());
  await until('writes', () => writers.acknowledged > 5);
  await sleep(BEFORE_MS);
  const from = Date.now();
  await fault();
  const failing = Date.now();
  await sleep(AWAY_MS - 200);
  // A key that was never proven: what is open to everybody stays open.
  assert.equal((await get(service, '/techniques/swedish', bearer(keys.never_seen))).status, 200);
  const refused = await get(service, '/care-plans', bearer(keys.clinic));
  assert.equal(refused.status, 503, refused.text);
  assert.equal(await isUp(service), false);
  await sleep(Math.max(0, failing + AWAY_MS - Date.now()));
  const to = Date.now();
  await back();
  const returned = Date.now();
  const acknowledged = writers.acknowledged;
  await until('a write', () => writers.acknowledged > acknowledged);
  const recovery = Date.now() - returned;
  await sleep(1000);
  await writers.stop();
  const samples = await readers.stop();
  const figures = await writers.reckon();
  await service.stop();

  const calm = samples.filter(s => s.at < from), during = samples.filter(s => s.at >= failing + 1000 && s.at < to);
  const p99 = { before: percentile(calm, 0.99), during: percentile(during, 0.99) };
  t.diagnostic(`${name}: ${figures.text}`);
  t.diagnostic(`${name}: ${samples.length} stateless answers, errors ${samples.filter(s => s.status !== 200).length}; p99 ${p99.before.toFixed(1)} ms before `
    + `(${calm.length}), ${p99.during.toFixed(1)} ms while it was away (${during.length}); a write ${recovery} ms after its return`);
  noErrors(samples);
  assert.equal(figures.found, figures.acknowledged);
  assert.ok(calm.length > 100 && during.length > 300, 'too few answers to judge');
  assert.ok(p99.during < Math.max(FACTOR * p99.before, NOISE_MS), 'p99 of stateless answers');
  assert.ok(recovery < 2000, `recovery took ${recovery} ms`);
}

test('PostgreSQL stopped for 10 s', t => away(t, 'stopped', () => cluster.stop(), () => cluster.start()));

test('PostgreSQL frozen for 10 s: the postmaster and every backend', t => away(t, 'frozen', () => cluster.freeze(), () => cluster.thaw()));

test('fewer connections than workers: slower, and nobody is refused', async t => {
  cluster.sql('ALTER ROLE unknot_app CONNECTION LIMIT 3', 'postgres');
  t.after(() => cluster.sql('ALTER ROLE unknot_app CONNECTION LIMIT -1', 'postgres'));
  const service = await serve(t, cluster.env());
  const writers = new Writers(service, keys.clinic, 'few', 8);
  await until('writes', () => writers.acknowledged > 60);
  await writers.stop();
  const figures = await writers.reckon();
  t.diagnostic(`few: ${figures.text}`);
  assert.ok(figures.refused + figures.unknown <= writers.ledger.length / 20, 'a worker without a connection takes another one');
  assert.match((await get(service, '/metrics')).text, /^unknot_database_connections\{state="ready"\} 3$/m);
  await service.stop();
});

test('connections that nobody uses: an end of the database is noticed, and of a backend, too', async t => {
  const service = await serve(t, cluster.env());
  const ready = async () => Number((await get(service, '/metrics')).text.match(/^unknot_database_connections\{state="ready"\} (\d+)$/m)[1]);
  const made = async () => Number((await get(service, '/metrics')).text.match(/^unknot_database_connects_total (\d+)$/m)[1]);
  await until('connections', async () => await ready() === 8);
  cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'unknot_app'");
  await until('new connections', async () => await made() === 16 && await ready() === 8, 5000);
  assert.equal(await isUp(service), true);
  assert.equal((await get(service, '/care-plans', bearer(keys.clinic))).status, 200);
  cluster.stop();
  await until('it is noticed', async () => !await isUp(service), 5000);
  cluster.start();
  await until('it is back', () => isUp(service), 2000);
  assert.equal((await service.event('database_away')).level, 'warn');
  assert.equal((await service.event('database_back')).level, 'info');
  await service.stop();
});

/** Half of the connections write plans through the proxy; the other half must not notice. */
async function slow(t, name, delays, settings, check) {
  const proxy = await Proxy.start(cluster, { flush: 0, statement: 0 });
  t.after(() => proxy.stop());
  const service = await serve(t, cluster.env({ host: proxy.dir }), settings);
  await until('the database is reached', () => isUp(service));
  await get(service, '/care-plans', bearer(keys.clinic)); // the keys are proven
  await get(service, '/techniques/swedish', bearer(keys.publishable));
  const calmReaders = new Readers(service, callers());
  await sleep(2000);
  const calm = await calmReaders.stop();
  Object.assign(proxy.delays, delays);
  const writers = new Writers(service, keys.clinic, name, 3);
  const readers = new Readers(service, callers());
  await sleep(SLOW_MS);
  await writers.stop();
  const samples = await readers.stop();
  const load = writers.acknowledged;
  Object.assign(proxy.delays, { flush: 0, statement: 0 });
  await until('the database is reached', () => isUp(service));
  const figures = await writers.reckon();
  await service.stop();
  t.diagnostic(`${name}: ${figures.text}`);
  t.diagnostic(`${name}: ${samples.length} stateless answers, p99 ${percentile(calm, 0.99).toFixed(1)} ms alone, ${percentile(samples, 0.99).toFixed(1)} ms beside the writers`);
  noErrors([...calm, ...samples]);
  assert.equal(figures.found, figures.acknowledged);
  // Nobody waits behind a statement: that would show as its delay in at least one answer of a hundred.
  assert.ok(percentile(samples, 0.99) < Math.max(FACTOR * percentile(calm, 0.99), 2 * NOISE_MS), 'p99 of stateless answers');
  check(load, figures);
}

test('the way to the database takes 300 ms', t => slow(t, 'far', { flush: 300, statement: 0 }, {},
  load => assert.ok(load > 5, `only ${load} writes in ${SLOW_MS} ms`)));

test('every statement takes 300 ms, and the service is told to wait for it', t => slow(t, 'slow', { flush: 0, statement: 300 },
  { 'statement-ms': 10_000, 'request-ms': 20_000 }, load => assert.ok(load >= 2, `only ${load} writes in ${SLOW_MS} ms`)));

test('every statement takes 300 ms, which is too slow: refused, and nothing half-written', t => slow(t, 'late', { flush: 0, statement: 300 }, {},
  load => assert.equal(load, 0)));
