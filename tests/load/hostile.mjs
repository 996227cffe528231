// Honest clients beside hostile ones: what p99 they see, before and during each kind of attack. Attackers are a process of
// their own at the lowest priority, for on real networks they do not share the service's cores; the service and the honest
// get the highest where that is allowed (root), so that nothing but the service makes anybody wait.
//   node tests/load/hostile.mjs [--seconds 4] [--rounds 3]
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { folder, makeIdentity } from '../api/lib/identity.mjs';
import { startService } from '../api/lib/service.mjs';
import { BINARY } from './lib/bench_service.mjs';
import { median, quantile, table } from './lib/measure.mjs';

const LIMIT = 256, FILE = new URL(import.meta.url).pathname;
/** Linux gives priorities to threads, not to processes. */
function prefer(pid) {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) os.setPriority(Number(thread), -15);
  } catch { /* not root: the machine has to be quiet then */ }
}
const sleep = ms => new Promise(resolve => { setTimeout(resolve, ms); });

// ---- the attackers ----

/** Keeps `count` connections open, each new one greeted with `first`, and sends `drip` over all of them ten times a second. */
function hold(port, count, { first = '', drip = '', half = false }) {
  const sockets = new Set();
  const open = () => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: half }, () => { socket.write(first); if (half) socket.end(); });
    sockets.add(socket);
    socket.on('error', () => {}).on('data', () => {}).on('close', () => sockets.delete(socket));
  };
  setInterval(() => {
    if (drip) for (const socket of sockets) socket.write(drip);
    for (let fresh = 0; sockets.size < count && fresh < 50; fresh++) open();
  }, 100);
}

/** Opens `count` connections ten times a second, says something over each, and leaves with a reset. */
function churn(port, count, say) {
  setInterval(() => {
    for (let i = 0; i < count; i++) {
      const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.write(say(i)));
      socket.on('error', () => {}).on('data', () => {});
      setTimeout(() => socket.resetAndDestroy(), 80);
    }
  }, 100);
}

const LINE = 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const SMUGGLED = [
  `${LINE}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`,
  `${LINE}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 'GET /livez HTTP/1.1\nHost: x\n\n', `${LINE}Content-Length : 2\r\n\r\n{}`,
  `GET /livez HTTP/1.1\r\nHost: x\r\nX-Much: ${'a'.repeat(60_000)}\r\n\r\n`, `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`];
const attacks = {
  'slow headers': port => hold(port, 150, { first: 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', drip: 'a' }),
  'slow bodies': port => hold(port, 150, { first: `${LINE}Content-Length: 1000\r\n\r\n{`, drip: ' ' }),
  'half-closed connections': port => hold(port, 100, { first: 'GET /techniques HTTP/1.1\r\nHost: x\r\n\r\n', half: true }),
  'four times the connections allowed': port => hold(port, 4 * LIMIT, { first: '' }),
  'churn with resets': port => churn(port, 30, () => 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /te'),
  'pipelines that nobody reads': port => churn(port, 5, () => 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50)),
  'smuggling shapes and huge headers': port => churn(port, 20, i => SMUGGLED[i % SMUGGLED.length]),
  'nonsense for TLS': port => churn(port, 20, i => (i % 2 ? randomBytes(400) : Buffer.concat([Buffer.from('16030100f4010000f00303', 'hex'), randomBytes(300)]))),
};

// ---- the honest ----

/** Four clients, each with a connection of its own, a request every 10 ms; prints the p99 in ms of so many seconds. */
async function behave(url, seconds) {
  const client = url.startsWith('https') ? https : http, times = [];
  prefer(process.pid);
  const end = Date.now() + seconds * 1000;
  await Promise.all(Array.from({ length: 4 }, async () => {
    const agent = new client.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    for (let n = 0; Date.now() < end; n++) {
      const begun = process.hrtime.bigint();
      await new Promise((resolve, reject) => {
        client.get(`${url}/techniques/swedish`, { agent }, answer => {
          if (answer.statusCode !== 200) reject(new Error(`honest: ${answer.statusCode}`));
          answer.resume().on('end', resolve).on('error', reject);
        }).on('error', reject);
      });
      if (n > 10) times.push(Number(process.hrtime.bigint() - begun) / 1e6); // the first warm up both sides
      await sleep(10);
    }
    agent.destroy();
  }));
  console.log(quantile(times, 0.99));
}

const behaved = (url, seconds) => new Promise((resolve, reject) => {
  const child = spawn('node', [FILE, 'behave', url, seconds], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', piece => { text += piece; });
  child.on('close', code => (code === 0 ? resolve(Number(text)) : reject(new Error('an honest client was not served'))));
});

// ---- both ----

async function startTarget(secure) {
  const settings = { connections: LIMIT, 'header-seconds': 1, 'body-seconds': 1 };
  if (secure) {
    const at = folder(), { certificate, key } = makeIdentity();
    writeFileSync(join(at, 'certificate.pem'), certificate);
    writeFileSync(join(at, 'key.pem'), key);
    Object.assign(settings, { 'tls-certificate': join(at, 'certificate.pem'), 'tls-key': join(at, 'key.pem') });
    return startService({ binary: BINARY, settings, ca: [certificate] });
  }
  return startService({ binary: BINARY, settings });
}

const countRejects = service => new Promise((resolve, reject) => {
  const client = service.url.startsWith('https') ? https : http;
  client.get(`${service.url}/metrics`, { agent: false, rejectUnauthorized: false }, answer => {
    let text = '';
    answer.on('data', piece => { text += piece; });
    answer.on('end', () => resolve([...text.matchAll(/^unknot_http_rejects_total\{.*\} (\d+)$/gm)].reduce((sum, m) => sum + Number(m[1]), 0)));
  }).on('error', reject);
});

/** [{ name, calm: p99 before in ms, under: p99 during, rejected: how many the service counted }], medians. */
export async function hostile({ seconds = 4, rounds = 3, say = () => {} } = {}) {
  const found = [];
  for (const name of Object.keys(attacks)) {
    const service = await startTarget(name.includes('TLS')), calm = [], under = [];
    const before = await countRejects(service);
    prefer(service.pid);
    for (let round = 0; round < rounds; round++) {
      calm.push(await behaved(service.url, seconds));
      const honest = behaved(service.url, seconds + 0.5); // connected before the attack, as the others are
      await sleep(300);
      const attacker = spawn('node', [FILE, 'attack', name, service.port], { stdio: ['ignore', 'ignore', 'inherit'] });
      under.push(await honest.finally(() => attacker.kill('SIGKILL')));
      say(`${name}: ${calm.at(-1).toFixed(2)} ms, then ${under.at(-1).toFixed(2)} ms`);
      await sleep(1500); // what the attack left is cut
    }
    found.push({ name, calm: median(calm), under: median(under), rejected: await countRejects(service) - before });
    await service.stop();
  }
  return found;
}

if (process.argv[1] === FILE && process.argv[2] === 'attack') {
  os.setPriority(19);
  attacks[process.argv[3]](Number(process.argv[4]));
} else if (process.argv[1] === FILE && process.argv[2] === 'behave') {
  await behave(process.argv[3], Number(process.argv[4]));
} else if (process.argv[1] === FILE) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' } } });
  const found = await hostile({ seconds: Number(values.seconds), rounds: Number(values.rounds), say: line => console.error(line) });
  console.log(table(['attack', 'p99 before ms', 'during ms', 'ratio', 'counted'], found.map(one =>
    [one.name, one.calm.toFixed(2), one.under.toFixed(2), (one.under / one.calm).toFixed(2), one.rejected])));
}
