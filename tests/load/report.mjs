// Everything measured side by side, as a table and as bars: node tests/load/report.mjs [--seconds 4] [--rounds 3]
// [--only NAME...] [--requests N] [--lines N] [--svg FILE]; tests/load/run installs and builds what it needs.
// In each round every contestant has its turn; what counts is the median. CPU is that of the server's process a request.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT, startService } from '../api/lib/service.mjs';
import { BINARY, startOn } from './lib/bench_service.mjs';
import { Cluster } from './lib/cluster.mjs';
import { cpu, cpuSince, median, memoryOf, quantile, table } from './lib/measure.mjs';
import { bars } from './lib/svg.mjs';
import { batch } from './batch.mjs';
import { hostile } from './hostile.mjs';
import { planWrites } from './plan_writes.mjs';
import { wrk } from './lib/wrk.mjs';

const { values: flags } = parseArgs({ options: {
  seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' }, only: { type: 'string', multiple: true, default: [] },
  svg: { type: 'string', default: `${ROOT}build/load-report.svg` }, requests: { type: 'string', default: '1000000' },
  lines: { type: 'string', default: '1000000' },
} });
const SECONDS = Number(flags.seconds), ROUNDS = Number(flags.rounds), REQUESTS = Number(flags.requests), LINES = Number(flags.lines);
const work = mkdtempSync(`${tmpdir()}/unknot-report-`);
const RICH = JSON.stringify(JSON.parse(readFileSync(`${ROOT}tests/load/rich.json`)));
const sleep = ms => new Promise(resolve => { setTimeout(resolve, ms); });
const say = text => process.stderr.write(`${text}\n`);

// ---- contestants ----

const freePort = () => new Promise(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
});

const children = new Set();
process.on('exit', () => { for (const child of children) child.kill('SIGKILL'); });

async function startPeer(command, ...args) {
  const port = await freePort();
  const child = spawn(command, args.map(arg => (arg === 'PORT' ? String(port) : arg)), { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  child.on('close', () => children.delete(child));
  for (let tries = 0; ; tries++) {
    const up = await new Promise(resolve => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
    });
    if (up) break;
    if (tries > 300 || child.exitCode !== null) throw new Error(`${command} ${args.join(' ')} does not start`);
    await sleep(50);
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => { child.kill('SIGTERM'); return new Promise(r => { child.on('close', r); }); } };
}

const decisionsOnly = settings => startService({ binary: BINARY, settings: { 'idle-seconds': 3600, ...settings }, env: { UNKNOT_DATABASE_URL: 'none' } });
const native = (name, answer) => startPeer(`${ROOT}build/release/${name}`, 'PORT', answer);
const node = (kind, ...rest) => startPeer('node', `${ROOT}tests/load/peer.mjs`, kind, 'PORT', ...rest);

/** Rounds in turns: { name: { rate, cpu, p99 } }, medians. */
async function compare(contestants, path, request, connections = 16) {
  const runs = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, server] of Object.entries(contestants)) {
      const before = cpu([server.pid]);
      const done = await wrk(server.url + path, request, { connections, seconds: SECONDS });
      if (done.errors) throw new Error(`${name} ${path}: ${done.errors} of ${done.requests} failed`);
      (runs[name] ??= []).push({ rate: done.rate, cpu: cpuSince([server.pid], before) / done.requests * 1e6, p99: done.p99 });
      say(`  ${name}: ${done.rate.toFixed(0)}/s, ${runs[name].at(-1).cpu.toFixed(1)} us`);
    }
  return Object.fromEntries(Object.entries(runs).map(([name, all]) =>
    [name, Object.fromEntries(['rate', 'cpu', 'p99'].map(key => [key, median(all.map(one => one[key]))]))]));
}

async function fetched(url, path, options = {}) {
  const answer = await fetch(url + path, { ...options, headers: { 'accept-encoding': 'identity', ...options.headers } });
  return { status: answer.status, etag: answer.headers.get('etag'), text: await answer.text() };
}

// ---- what is measured ----

/** Rates depend on who else uses the cores; what a request costs hardly does. */
const rates = (found, name) => (found.unknot.rate / found[name].rate).toFixed(2);

const rows = []; // [what, measured, wanted, reached]
const charts = []; // { title, unit, bars: [[name, value]] }
const row = (what, measured, wanted, reached) => { rows.push([what, measured, wanted, reached ? 'yes' : 'NO']); say(`${what}: ${measured} (wanted ${wanted})`); };
const chart = (title, found, key, unit) => charts.push({ title, unit, bars: Object.entries(found).map(([name, one]) => [name, one[key]]) });

/**
 * CPU of a 304 in us. wrk waits for the body that the Content-Length of a 304 speaks of (RFC 9110 has none come), so
 * sockets of our own send and count here; the client is slower than the server, and only its CPU is looked at.
 */
async function unchanged(server, path, etag) {
  const REQUESTS_EACH = 5000, CONNECTIONS = 8;
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\nIf-None-Match: ${etag}\r\n\r\n`;
  const { port, hostname } = new URL(server.url), before = cpu([server.pid]);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => new Promise((resolve, reject) => {
    let left = REQUESTS_EACH;
    const socket = net.connect(Number(port), hostname, () => socket.write(request));
    socket.on('error', reject).on('data', text => {
      if (!text.includes('304')) reject(new Error(`no 304: ${text}`));
      if (--left) socket.write(request);
      else { socket.destroy(); resolve(); }
    });
  })));
  return cpuSince([server.pid], before) / (REQUESTS_EACH * CONNECTIONS) * 1e6;
}

async function catalogue() {
  const service = await decisionsOnly();
  const first = await fetched(service.url, '/techniques/swedish');
  writeFileSync(`${work}/technique.json`, first.text);
  const peers = { unknot: service, 'bare ulfius': await native('ulfius_echo', `${work}/technique.json`), 'bare libmicrohttpd': await native('mhd_floor', `${work}/technique.json`) };
  const plain = await compare(peers, '/techniques/swedish', { headers: { 'Accept-Encoding': 'identity' } });
  const ratio = plain['bare ulfius'].cpu / plain.unknot.cpu;
  row('GET /techniques/{id}, of bare ulfius, by CPU', `${ratio.toFixed(2)} (${rates(plain, 'bare ulfius')} by rate)`, '>= 0.85', ratio >= 0.85);
  const times = { unknot: [], 'bare ulfius': [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const name of Object.keys(times)) times[name].push(await unchanged(peers[name], '/techniques/swedish', first.etag));
  const again = median(times['bare ulfius']) / median(times.unknot);
  row('the same, 304, by CPU', again.toFixed(2), '>= 0.85', again >= 0.85);
  chart('GET /techniques/{id}, CPU a request', plain, 'cpu', 'us');
  for (const peer of Object.values(peers)) await peer.stop();
}

async function decisions() {
  const service = await decisionsOnly();
  const answer = await fetched(service.url, '/recommendations', { method: 'POST', body: RICH, headers: { 'content-type': 'application/json' } });
  writeFileSync(`${work}/rich.json`, answer.text);
  say(`  request ${RICH.length} bytes, answer ${answer.text.length} bytes`);
  const peers = {
    unknot: service, 'bare ulfius': await native('ulfius_echo', `${work}/rich.json`), 'bare libmicrohttpd': await native('mhd_floor', `${work}/rich.json`),
    'Fastify, functions': await node('functions', `${work}/rich.json`), 'Fastify, json-rules-engine': await node('rules-engine', `${work}/rich.json`),
  };
  const found = await compare(peers, '/recommendations', { method: 'POST', body: RICH, headers: { 'Content-Type': 'application/json', 'Accept-Encoding': 'identity' } });
  const against = (what, name, wanted, digits) => {
    const ratio = found[name].cpu / found.unknot.cpu;
    row(what, `${ratio.toFixed(digits)} (${rates(found, name)} by rate)`, `>= ${wanted}`, ratio >= wanted);
  };
  against('POST /recommendations, of bare ulfius, by CPU', 'bare ulfius', 0.6, 2);
  against('  of Fastify + json-rules-engine', 'Fastify, json-rules-engine', 40, 0);
  against('  of Fastify + functions', 'Fastify, functions', 3, 1);
  chart('POST /recommendations, CPU a request', found, 'cpu', 'us');
  for (const peer of Object.values(peers)) await peer.stop();
}

const INTAKES = { rich: 'tests/load/rich.json', usual: 'api/examples/office-worker.json' };

/** What the engine takes for an intake of INTAKES, by itself: adds to { what: [us, ...] }. */
function engineOf(name, found = {}) {
  const { stdout } = spawnSync(`${ROOT}build/release/unknot_engine_bench`, [ROOT + INTAKES[name]], { encoding: 'utf8' });
  for (const [, what, ns] of stdout.matchAll(/^(.+?) (\d+) ns$/gm)) (found[what] ??= []).push(ns / 1000);
  return found;
}

async function engine() {
  const found = { rich: {}, usual: {} };
  for (let round = 0; round < ROUNDS; round++)
    for (const name of Object.keys(INTAKES)) engineOf(name, found[name]);
  const us = (name, what) => median(found[name][what]);
  const alone = us('rich', 'with questions and what-ifs'), all = us('rich', 'and the JSON written'), usual = us('usual', 'and the JSON written');
  row('engine alone, rich intake', `${alone.toFixed(1)} us`, '<= 15 us', alone <= 15);
  row('everything and the JSON, rich intake', `${all.toFixed(1)} us`, '<= 60 us', all <= 60);
  row('everything and the JSON, usual intake', `${usual.toFixed(1)} us`, '<= 25 us', usual <= 25);
  charts.push({ title: 'Engine, rich intake', unit: 'us', bars: Object.keys(found.rich).map(what => [what, us('rich', what)]) });
}

/** Bodies of lines, with as many intakes as the room for their answers allows; the engine alone has its turn before each. */
async function batches() {
  const service = await decisionsOnly();
  for (const [name, view, lines, each] of [['usual', 'brief', LINES, 100_000], ['usual', 'full', LINES / 20, 18_000], ['rich', 'full', LINES / 40, 12_000]]) {
    const intake = JSON.stringify(JSON.parse(readFileSync(ROOT + INTAKES[name]))), alone = {}, runs = [];
    await batch(service, { intake, lines: 1000, view });
    for (let left = lines; left > 0; left -= each) {
      engineOf(name, alone);
      runs.push(await batch(service, { intake, lines: Math.min(left, each), view }));
      say(`  ${name}, ${view}: ${runs.at(-1).us.toFixed(1)} us, engine ${alone[`from bytes to bytes, ${view}`].at(-1).toFixed(1)} us`);
    }
    const us = median(runs.map(run => run.us)), engineUs = median(alone[`from bytes to bytes, ${view}`]);
    const grown = Math.max(...runs.map(run => run.grown)), ratio = engineUs / us;
    row(`${lines} intakes as lines, ${name}, ${view}: engine and JSON, of the service's CPU`, `${ratio.toFixed(2)} (${engineUs.toFixed(1)} of ${us.toFixed(1)} us)`, '>= 0.8', ratio >= 0.8);
    row('  memory above that at rest', `${(grown / 1024).toFixed(1)} MB`, 'bounded', grown < 16 * 1024);
    chart(`A line: ${name} intake, ${view} answer, CPU`, { unknot: { us }, 'engine and JSON alone': { us: engineUs } }, 'us', 'us');
  }
  await service.stop();
}

/** What honest clients wait while others attack: wrk at a fixed pace before and during each kind. */
async function attacked() {
  for (const { name, calm, under, rejected } of await hostile({ seconds: SECONDS, rounds: ROUNDS, say: line => say(`  ${line}`) })) {
    const ratio = under / calm;
    row(`honest p99 beside ${name}`, `${ratio.toFixed(2)} of before (${under.toFixed(2)} ms), ${rejected} counted`, '<= 3', ratio <= 3);
  }
}

async function writes() {
  const answered = text => writeFileSync(`${work}/plan.json`, text);
  const found = await planWrites({ seconds: SECONDS, rounds: ROUNDS, say: line => say(`  ${line}`), answered });
  const peer = found['pgbench, prepared'], { service } = found;
  row('POST /care-plans: CPU of PostgreSQL, of pgbench', (service.database / peer.database).toFixed(2), '<= 1.05', service.database <= 1.05 * peer.database);
  row('  p99, of pgbench', (service.p99 / peer.p99).toFixed(2), '<= 3', service.p99 <= 3 * peer.p99);
  row('  rate, of pgbench', (service.rate / peer.rate).toFixed(2), '>= 0.9 (disk)', service.rate >= 0.9 * peer.rate);
  chart('POST /care-plans, CPU of PostgreSQL a plan', found, 'database', 'us');
  return service;
}

/**
 * The service's own CPU of a plan against what bare ulfius takes to parse that body and send that answer: as often as it
 * can, and as seldom as plans come, when whoever else runs has emptied the caches before each request.
 */
async function writesAgainstEcho({ own, rate }) {
  const CONNECTIONS = 8;
  const body = JSON.stringify({ patient: 'P-1', intake: JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`)), time_zone: 'Europe/London' });
  const echo = await native('ulfius_echo', `${work}/plan.json`);
  const request = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
  const often = await compare({ echo }, '/recommendations', request, CONNECTIONS);
  const seldom = await compare({ echo }, '/recommendations', { ...request, pause: CONNECTIONS / rate * 1000 }, CONNECTIONS);
  await echo.stop();
  row('  CPU of the service, of a bare ulfius echo', `${(own / often.echo.cpu).toFixed(1)} (${(own / seldom.echo.cpu).toFixed(1)} at the rate of plans)`, '<= 3',
    own <= 3 * often.echo.cpu);
}

async function reads() {
  const cluster = new Cluster();
  const { service, key, ask } = await startOn(cluster);
  const { json: plan } = await ask('POST', '/care-plans', { patient: 'P-1', intake: JSON.parse(readFileSync(`${ROOT}api/examples/office-worker.json`)), time_zone: 'Europe/London' });
  const peers = { unknot: service, 'Fastify + pg': await node('plans', '-', cluster.url('postgres')) };
  const found = await compare(peers, `/care-plans/${plan.id}`, { headers: { Authorization: `Bearer ${key}`, 'Accept-Encoding': 'identity' } });
  const ratio = found['Fastify + pg'].cpu / found.unknot.cpu;
  row('GET /care-plans/{id}, of Fastify + pg, by CPU', `${ratio.toFixed(2)} (${rates(found, 'Fastify + pg')} by rate)`, '>= 2', ratio >= 2);
  chart('GET /care-plans/{id}, CPU of the server a request', found, 'cpu', 'us');
  for (const peer of Object.values(peers)) await peer.stop();
  cluster.stop();
}

/** Opens so many connections, each with one answered request, and keeps them. */
async function openIdle(service, count) {
  const sockets = [];
  const open = i => new Promise((resolve, reject) => {
    const socket = net.connect({ port: service.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (i % 4)}` });
    socket.on('error', reject);
    socket.once('data', () => resolve());
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    sockets.push(socket);
  });
  for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, n) => open(i + n)));
  return sockets;
}

async function p99Of(service, count) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }), times = [];
  for (let i = 0; i < count; i++) {
    const begun = process.hrtime.bigint();
    await new Promise((resolve, reject) => http.get({ port: service.port, host: '127.0.0.1', path: '/techniques/swedish', agent }, answer => {
      answer.resume();
      answer.on('end', resolve);
    }).on('error', reject));
    times.push(Number(process.hrtime.bigint() - begun) / 1e6);
  }
  agent.destroy();
  return quantile(times, 0.99);
}

async function idle() {
  const COUNT = 10_000;
  const service = await decisionsOnly({ connections: 20_000, 'idle-seconds': 600 });
  await p99Of(service, 500);
  const before = memoryOf(service.pid), calm = await p99Of(service, 2000);
  const sockets = await openIdle(service, COUNT);
  const each = (memoryOf(service.pid) - before) / COUNT, busy = await p99Of(service, 2000);
  const kept = sockets.filter(socket => !socket.destroyed).length;
  row(`${COUNT} idle connections: kept`, kept, 'all', kept === COUNT);
  row('  resident memory of each', `${each.toFixed(1)} KiB`, '<= 20 KiB', each <= 20);
  row("  others' p99", `${(busy / calm).toFixed(2)} of before`, 'unmoved', busy <= 1.5 * calm);
  sockets.forEach(socket => socket.destroy());
  await service.stop();
}

async function start() {
  const cluster = new Cluster(), times = [], costs = [];
  const warm = await startOn(cluster);
  await warm.service.stop();
  for (let round = 0; round < 5; round++) {
    const begun = Date.now();
    const service = await startService({ binary: BINARY, ready: false, env: { UNKNOT_DATABASE_URL: cluster.url('unknot'), UNKNOT_OWNER_URL: cluster.url('postgres') } });
    while (!(await fetch(`${service.url}/readyz`).catch(() => null))?.ok) await sleep(2);
    times.push(Date.now() - begun);
    costs.push(cpuSince([service.pid], {}) * 1000);
    await service.stop();
  }
  cluster.stop();
  row('start to ready, database there', `${median(times)} ms (${median(costs).toFixed(0)} ms CPU)`, '<= 100 ms', median(times) <= 100);
}

async function resident() {
  const service = await decisionsOnly();
  const request = { method: 'POST', body: RICH, headers: { 'Content-Type': 'application/json' } };
  const sizes = [memoryOf(service.pid)];
  for (let done = 0; done < REQUESTS;) {
    done += (await wrk(`${service.url}/recommendations`, request, { connections: 16, seconds: Math.max(SECONDS, 5) })).requests;
    sizes.push(memoryOf(service.pid));
  }
  const last = sizes.at(-1), middle = sizes[Math.floor(sizes.length / 2)];
  await sleep(6000); // what the last ones took goes back every five seconds
  const calm = memoryOf(service.pid);
  row(`resident after ${REQUESTS} requests`, `${(calm / 1024).toFixed(1)} MB (${(last / 1024).toFixed(1)} while they come)`, '<= 25 MB', calm <= 25 * 1024);
  row('  growth over the second half', `${(last - middle)} KiB`, 'flat', last - middle < 1024);
  await service.stop();
}

const all = { engine, catalogue, decisions, batches, writes: async () => writesAgainstEcho(await writes()), reads, idle, attacked, start, resident };
try {
  for (const [name, measure] of Object.entries(all))
    if (!flags.only.length || flags.only.includes(name)) {
      say(`== ${name}`);
      await measure();
    }
  console.log(table(['', 'measured', 'wanted', 'reached'], rows));
  writeFileSync(flags.svg, bars(charts));
  console.log(`\nBars: ${flags.svg}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
  process.exit();
}
