// Far more connections than allowed, churn, and many slow senders at once: honest clients are served, memory and descriptors
// come back, and all of it is counted in /metrics. What one connection can do is in raw.test.mjs.
import assert from 'node:assert/strict';
import http from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { sleep } from './lib/http.mjs';
import { sharedService, startService } from './lib/service.mjs';

const service = sharedService({ settings: { connections: 64, 'header-seconds': 1, 'body-seconds': 1, 'idle-seconds': 60 },
  env: { ASAN_OPTIONS: 'exitcode=86:detect_leaks=1:quarantine_size_mb=1' } }); // else ASan keeps what is freed
const descriptors = () => readdirSync(`/proc/${service.pid}/fd`).length;
const resident = () => Number(readFileSync(`/proc/${service.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);

/** A client that keeps its one connection: it was there before the others. */
class Honest {
  constructor(at) { this.at = at; this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 }); }
  get(path = '/techniques/swedish') {
    return new Promise((resolve, reject) => {
      http.get({ host: this.at.host, port: this.at.port, path, agent: this.agent, timeout: 10_000 }, answer => {
        let text = '';
        answer.on('data', piece => { text += piece; });
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
        answer.on('error', reject);
      }).on('error', reject).on('timeout', function late() { this.destroy(new Error('late')); });
    });
  }
  close() { this.agent.destroy(); }
}
const counted = text => Object.fromEntries([...text.matchAll(/^unknot_http_rejects_total\{reason="(\w+)"\} (\d+)$/gm)].map(m => [m[1], Number(m[2])]));

function flood(at, count, bytes = '') {
  return Array.from({ length: count }, () => {
    const socket = net.connect({ host: at.host, port: at.port });
    socket.on('error', () => { socket.gone = true; });
    socket.on('close', () => { socket.gone = true; });
    socket.on('data', () => {});
    if (bytes) socket.on('connect', () => socket.write(bytes));
    return socket;
  });
}
const drop = sockets => sockets.forEach(socket => socket.destroy());
async function until(what, within = 15_000) {
  for (const end = Date.now() + within; Date.now() < end; await sleep(50)) if (await what()) return true;
  return false;
}

test('five times as many connections as there may be: never more are open, who was there goes on, those that wait are served in turn', async () => {
  const honest = new Honest(service);
  const open = text => Number(text.match(/^unknot_http_connections (\d+)$/m)[1]);
  const before = counted((await honest.get('/metrics')).text);
  const sockets = flood(service, 320);
  let most = 0;
  assert.ok(await until(async () => {
    const answer = await honest.get('/metrics');
    assert.equal(answer.status, 200);
    most = Math.max(most, open(answer.text));
    return sockets.every(s => s.gone);
  }, 30_000), 'all of the flood ends');
  assert.ok(most > 32 && most <= 64, `${most} were open at once`);
  const after = counted((await honest.get('/metrics')).text);
  assert.ok(after.idle - before.idle >= 250, `counted: ${JSON.stringify(after)}`);
  assert.equal((await fetch(`${service.url}/livez`, { headers: { connection: 'close' } })).status, 200);
  honest.close();
});

test('one address takes its share and no more, while another one is served', async () => {
  const shared = await startService({ settings: { 'connections-per-address': 8 } });
  try {
    const sockets = flood(shared, 40);
    assert.ok(await until(() => sockets.filter(s => s.gone).length >= 32), 'the rest is closed');
    await sleep(200);
    assert.ok(sockets.filter(s => !s.gone).length <= 8);
    const answer = await new Promise((resolve, reject) => {
      http.get({ host: shared.host, port: shared.port, path: '/metrics', localAddress: '127.0.0.2', agent: false }, a => {
        let text = '';
        a.on('data', piece => { text += piece; });
        a.on('end', () => resolve({ status: a.statusCode, text }));
      }).on('error', reject);
    });
    assert.equal(answer.status, 200, 'from another address');
    assert.ok(Object.entries(counted(answer.text)).some(([name, n]) => name === 'client_limit' && n >= 30), answer.text.match(/^unknot_http_rejects.*$/gm).join('\n'));
    drop(sockets);
  } finally { await shared.stop(); }
});

test('churn: connections that come and go, politely or with a reset, leave nothing', async () => {
  const honest = new Honest(service);
  await honest.get();
  const round = async () => {
    for (let i = 0; i < 20; i++) {
      const sockets = flood(service, 40, i % 3 === 0 ? 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n' : i % 3 === 1 ? 'GET /te' : '');
      await sleep(15);
      sockets.forEach((s, n) => (n % 2 ? s.resetAndDestroy() : s.destroy()));
      assert.equal((await honest.get()).status, 200);
    }
  };
  await round();
  await until(() => descriptors() < 40);
  const fds = descriptors(), memory = resident();
  for (let i = 0; i < 3; i++) await round();
  assert.ok(await until(() => descriptors() <= fds + 3), `${descriptors()} descriptors, ${fds} before`);
  assert.ok(resident() <= memory + 12 * 1024, `${resident()} KB, ${memory} before`);
  honest.close();
});

for (const [what, reason, head] of [
  ['headers', /header|408|timeout|late|slow/, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['bodies', /body|408|timeout|late|slow/, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{']])
  test(`fifty senders of slow ${what}: all are cut in time, honest clients are served, each is counted`, async () => {
    const honest = new Honest(service);
    await honest.get();
    const before = counted((await honest.get('/metrics')).text);
    const sockets = flood(service, 50, head);
    const drip = setInterval(() => { for (const s of sockets) if (!s.gone) s.write('a'); }, 100);
    const waits = [];
    while (!sockets.every(s => s.gone) && waits.length < 400) {
      const begun = Date.now();
      assert.equal((await honest.get()).status, 200);
      waits.push(Date.now() - begun);
      await sleep(20);
    }
    clearInterval(drip);
    assert.ok(sockets.every(s => s.gone), `${sockets.filter(s => !s.gone).length} are still there`);
    const after = counted((await honest.get('/metrics')).text);
    const grown = Object.keys(after).filter(name => after[name] - before[name] >= 50);
    assert.ok(grown.some(name => reason.test(name)), `counted: ${JSON.stringify({ before, after })}`);
    drop(sockets);
    honest.close();
  });
