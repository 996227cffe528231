// SIGHUP: settings and knowledge are taken over while requests are under way, checked first, or not at all.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { after, test as plainTest } from 'node:test';
import { Raw, call, get, sleep } from './lib/http.mjs';
import { folder } from './lib/identity.mjs';
import { example } from './lib/people.mjs';
import { ROOT, startService as start } from './lib/service.mjs';

const test = (name, run) => plainTest(name, { timeout: 120_000 }, run);
const body = Buffer.from(JSON.stringify(example('office-worker')));
const CHANGED = 'A changed title of Swedish massage';

const started = [];
after(() => started.filter(s => !s.end).forEach(s => s.child.kill('SIGKILL')));
async function startService(options) {
  const service = await start(options);
  started.push(service);
  return service;
}
const metric = async (service, name) =>
  Number((await get(service, '/metrics')).text.split('\n').find(line => line.startsWith(`${name} `)).split(' ').pop());

/** Two releases that differ in one title, and a folder that holds one of them: use('b'). */
function releases() {
  const at = folder();
  for (const name of ['a', 'b']) cpSync(join(ROOT, 'db/knowledge'), join(at, name), { recursive: true });
  const file = join(at, 'b/techniques.json');
  const techniques = JSON.parse(readFileSync(file, 'utf8'));
  techniques.techniques.find(row => row.id === 'swedish').name.en = CHANGED;
  writeFileSync(file, JSON.stringify(techniques));
  const inForce = join(at, 'in-force');
  const use = name => {
    rmSync(inForce, { recursive: true, force: true });
    mkdirSync(inForce);
    for (const entry of readdirSync(join(at, name))) cpSync(join(at, name, entry), join(inForce, entry));
  };
  use('a');
  return { inForce, use };
}

test('a new release under load: no request fails, and every answer is of one release', async () => {
  const { inForce, use } = releases();
  const service = await startService({ settings: { knowledge: inForce } });
  const read = async () => {
    const { json } = await get(service, '/knowledge');
    const decided = (await call(service, 'POST', '/recommendations', { body })).json;
    return { hash: json.sha256, id: decided.decision_id, said: decided.knowledge };
  };
  const a = await read();
  const idOf = { [a.said.sha256]: a.id };
  const seen = [];
  let over = false;
  const clients = [...Array(8)].map(async (_, i) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (!over)
      seen.push(await (i % 2 ? call(service, 'POST', '/recommendations', { body, agent }) : call(service, 'GET', '/techniques/swedish', { agent }))
        .catch(error => ({ status: error })));
    agent.destroy();
  });
  for (const name of ['b', 'a', 'b']) {
    use(name);
    const entry = await service.reload();
    assert.equal(entry.event, 'reloaded');
    const now = await read();
    assert.equal(now.hash, entry.sha256, 'what it says is in force');
    assert.equal(now.id === a.id, name === 'a');
    assert.equal((await get(service, '/techniques/swedish')).text.includes(CHANGED), name === 'b');
    idOf[now.said.sha256] = now.id;
  }
  over = true;
  await Promise.all(clients);
  assert.ok(seen.length >= 40, `${seen.length} answers`);
  assert.deepEqual(seen.filter(({ status }) => status !== 200).map(({ status }) => status), []);
  assert.equal(Object.keys(idOf).length, 2);
  for (const { json } of seen.filter(answer => answer.json?.decision_id))
    assert.equal(json.decision_id, idOf[json.knowledge.sha256], 'id and release belong together');
  assert.equal(await metric(service, 'unknot_reloads_total'), 3);
  await service.stop();
});

test('requests under way end with the release they began with', async () => {
  const { inForce, use } = releases();
  const service = await startService({ settings: { knowledge: inForce } });
  const whole = (await get(service, '/findings')).text;
  const { etag } = (await get(service, '/techniques/swedish')).headers;
  // One whose body is still coming, and one that reads its answer, bytes of the release, slowly.
  const writer = new Raw(service);
  writer.write(`POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
  writer.write(body.subarray(0, 10));
  const reader = net.connect({ host: service.host, port: service.port });
  const pieces = [];
  let asked = 0;
  reader.on('data', piece => { pieces.push(piece); reader.pause(); });
  for (; asked < 40; asked++) reader.write('GET /findings HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n');
  for (let i = 0; i < 500 && pieces.length === 0; i++) await sleep(10);
  for (let i = 0; i < 3; i++) {
    use(i % 2 ? 'a' : 'b');
    assert.equal((await service.reload()).event, 'reloaded');
  }
  assert.notEqual((await get(service, '/techniques/swedish')).headers.etag, etag);
  writer.write(body.subarray(10));
  const [decided] = await writer.answers(1);
  const now = await call(service, 'POST', '/recommendations', { body });
  assert.equal(decided.status, 200);
  assert.notEqual(decided.json.decision_id, now.json.decision_id, 'decided by the release it began with');
  reader.removeAllListeners('data');
  reader.on('data', piece => pieces.push(piece));
  reader.resume();
  const expected = Buffer.byteLength(whole) * asked;
  for (let i = 0; i < 1000 && pieces.reduce((sum, piece) => sum + piece.length, 0) < expected; i++) await sleep(20);
  const text = Buffer.concat(pieces).toString('utf8');
  assert.equal(text.split(whole).length - 1, asked, 'every answer whole');
  reader.destroy();
  writer.destroy();
  await service.stop(); // and no leak, says the sanitizer
});

test('a release with a mistake leaves the old one in force', async () => {
  const { inForce, use } = releases();
  const service = await startService({ settings: { knowledge: inForce } });
  const before = (await get(service, '/knowledge')).text;
  writeFileSync(join(inForce, 'techniques.json'), '{"nonsense": ');
  const entry = await service.reload();
  assert.equal(entry.event, 'reload_refused');
  assert.equal(entry.what, 'knowledge');
  assert.ok(service.errors.some(line => line.startsWith('techniques.json')), 'standard error names the place');
  rmSync(inForce, { recursive: true });
  assert.equal((await service.reload()).event, 'reload_refused');
  assert.equal((await get(service, '/knowledge')).text, before);
  assert.equal(await metric(service, 'unknot_reloads_refused_total'), 2);
  use('b');
  assert.equal((await service.reload()).event, 'reloaded');
  assert.notEqual((await get(service, '/knowledge')).text, before);
  await service.stop();
});

test('settings of the file are taken over, or all refused; what needs a restart is named', async () => {
  const file = join(folder(), 'unknot.conf');
  const write = text => writeFileSync(file, text);
  write('');
  const service = await startService({ env: { UNKNOT_CONFIG: file } });
  const closed = async () => (await get(service, '/techniques/swedish')).status === 401;
  assert.equal(await closed(), false);

  write('anonymous = off\n');
  assert.equal((await service.reload()).event, 'reloaded');
  assert.equal(await closed(), true);

  write('anonymous = on\nlog-clients = perhaps\n');
  const entry = await service.reload();
  assert.deepEqual([entry.event, entry.what], ['reload_refused', 'settings']);
  assert.ok(service.errors.some(line => line.includes("log-clients: expected on or off") || line.includes('unknot.conf:2')), 'standard error names the line');
  assert.equal(await closed(), true, 'nothing of it was taken over');

  write('anonymous = on\njwt-issuer = https://issuer.example\n');
  assert.deepEqual((({ event, what }) => [event, what])(await service.reload()), ['reload_refused', 'access']);
  assert.equal(await closed(), true);

  write('anonymous = on\nlog-clients = on\n');
  assert.equal((await service.reload()).event, 'reloaded');
  const seen = service.logs.length;
  assert.equal((await get(service, '/techniques/swedish')).status, 200);
  for (let i = 0; i < 300 && !service.logs.slice(seen).some(e => e.client); i++) await sleep(10);
  assert.ok(service.logs.slice(seen).some(e => e.client), 'clients are in the log');

  write('workers = 3\nthreads = 1\nrequest-ms = 4000\n');
  assert.equal((await service.reload()).event, 'reloaded');
  assert.equal((await service.event('restart_needed')).settings, 'workers threads');

  write('header-seconds = 1\n');
  assert.equal((await service.reload()).event, 'reloaded');
  const slow = new Raw(service);
  slow.write('GET /livez HTTP/1.1\r\nHost');
  assert.ok(await slow.closesWithin(5000), 'the new time for headers counts');

  write(`tls-certificate = ${file}\ntls-key = ${file}\n`);
  assert.deepEqual((({ event, what }) => [event, what])(await service.reload()), ['reload_refused', 'certificate']);
  await service.stop();
});

test('SIGHUP again and again, and SIGTERM in the middle', async () => {
  const service = await startService();
  for (let i = 0; i < 5; i++) { service.child.kill('SIGHUP'); await sleep(20); }
  assert.equal((await get(service, '/livez')).status, 200);
  service.child.kill('SIGHUP');
  assert.equal((await service.stop()).code, 0);
});
