// TLS inside the process: what it speaks, what it refuses, nonsense, and new certificates under load.
import assert from 'node:assert/strict';
import { X509Certificate, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { after, test as plainTest } from 'node:test';
import tls from 'node:tls';
import { Raw, call, get, sleep } from './lib/http.mjs';
import { folder, makeIdentity } from './lib/identity.mjs';
import { example } from './lib/people.mjs';
import { startService as start } from './lib/service.mjs';

const test = (name, run) => plainTest(name, { timeout: 90_000 }, run);
const identities = { a: makeIdentity({ name: 'a' }), b: makeIdentity({ kind: 'rsa', name: 'b' }) };
const ca = [identities.a.certificate, identities.b.certificate];
const body = Buffer.from(JSON.stringify(example('office-worker')));

const started = [];
after(() => started.filter(s => !s.end).forEach(s => s.child.kill('SIGKILL')));
/** A service that shows identity `a` from files of its own: `service.write(identity)` replaces both. */
async function startService(settings = {}) {
  const at = folder();
  const write = ({ certificate, key }) => {
    writeFileSync(join(at, 'certificate.pem'), certificate);
    writeFileSync(join(at, 'key.pem'), key);
  };
  write(identities.a);
  const service = await start({ ca, settings: { 'tls-certificate': join(at, 'certificate.pem'), 'tls-key': join(at, 'key.pem'), ...settings } });
  started.push(service);
  return Object.assign(service, { write });
}

/** Shakes hands; { protocol, cipher, name } or { code } of the refusal. */
const shake = (service, options = {}) => new Promise(resolve => {
  const socket = tls.connect({ host: service.host, port: service.port, ca, servername: 'localhost', ...options }, () => {
    resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name, name: socket.getPeerCertificate().subject.CN });
    socket.destroy();
  });
  socket.on('error', error => resolve({ code: error.code ?? error.message }));
});
const metric = async (service, name) => {
  const { text } = await get(service, '/metrics');
  return Number(text.split('\n').find(line => line.startsWith(`${name} `))?.split(' ').pop());
};

test('TLS 1.3 and 1.2 with forward secrecy; the certificate that was given; every kind of key', async () => {
  const service = await startService();
  assert.deepEqual(await shake(service), { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', name: 'a' });
  const old = await shake(service, { maxVersion: 'TLSv1.2' });
  assert.equal(old.protocol, 'TLSv1.2');
  assert.match(old.cipher, /^ECDHE-.*(GCM|CHACHA20)/);
  const answer = await call(service, 'POST', '/recommendations', { body });
  assert.equal(answer.status, 200);
  assert.equal((await get(service, '/techniques/swedish')).status, 200);
  for (const kind of ['rsa', 'ed25519']) {
    service.write(makeIdentity({ kind, name: kind }));
    assert.equal((await service.reload()).event, 'reloaded');
    assert.equal((await shake(service, { rejectUnauthorized: false })).name, kind);
  }
  await service.stop();
});

// By the other side: libmicrohttpd closes where the handshake fails, without an alert.
const REFUSED = /^ECONNRESET$|ALERT/;

test('old protocols, weak ciphers and plain HTTP are refused', async () => {
  const service = await startService();
  service.write(identities.b); // RSA: otherwise the old ciphers would fail for want of a certificate that fits
  assert.equal((await service.reload()).event, 'reloaded');
  const lax = 'ALL:@SECLEVEL=0';
  for (const version of ['TLSv1', 'TLSv1.1']) {
    const { code } = await shake(service, { minVersion: version, maxVersion: version, ciphers: lax });
    assert.match(code ?? 'was taken', REFUSED, version);
  }
  for (const cipher of ['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'DHE-RSA-AES128-GCM-SHA256', 'NULL-SHA256']) {
    const { code } = await shake(service, { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` });
    assert.match(code ?? 'was taken', REFUSED, cipher);
  }
  assert.equal((await shake(service, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })).protocol, 'TLSv1.2', 'the good one is taken');
  const plain = new Raw(service);
  plain.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.ok(await plain.closesWithin(5000));
  assert.ok(!plain.received.includes('HTTP/1.1'), 'no answer in the clear');
  await service.stop();
});

/** A ClientHello as a client would send it. */
const hello = () => new Promise(resolve => {
  const listener = net.createServer(socket => socket.once('data', bytes => { resolve(bytes); socket.destroy(); listener.close(); }));
  listener.listen(0, '127.0.0.1', () => tls.connect({ host: '127.0.0.1', port: listener.address().port }).on('error', () => {}));
});

test('nonsense is dropped and counted, and hurts nobody else', async () => {
  const service = await startService({ 'header-seconds': 2 });
  const good = await hello();
  const flipped = at => { const bytes = Buffer.from(good); bytes[at] ^= 0xff; return bytes; };
  const nonsense = [
    randomBytes(1), randomBytes(5), randomBytes(300), randomBytes(40_000), Buffer.alloc(5000),
    good.subarray(0, 3), good.subarray(0, 20), good.subarray(0, good.length - 1), Buffer.concat([good, good]), Buffer.concat([good, randomBytes(500)]),
    flipped(0), flipped(1), flipped(3), flipped(5), flipped(9), flipped(43), flipped(60),
    Buffer.from([22, 3, 1, 0xff, 0xff]), Buffer.from([21, 3, 3, 0, 2, 2, 40]), Buffer.from([23, 3, 3, 0, 1, 0]), Buffer.from([0x80, 0x2e, 1, 3, 1]),
  ];
  // Who says too little is counted as idle when the time for a header is over.
  const rejects = async () => await metric(service, 'unknot_http_rejects_total{reason="tls"}') + await metric(service, 'unknot_http_rejects_total{reason="idle"}');
  const before = await rejects();
  const clients = nonsense.flatMap(bytes => [false, true].map(ends => {
    const raw = new Raw(service);
    raw.write(bytes);
    if (ends) raw.end();
    return raw;
  }));
  const silent = [...Array(10)].map(() => new Raw(service));
  for (let i = 0; i < 20; i++) assert.equal((await call(service, 'POST', '/recommendations', { body })).status, 200);
  for (const raw of [...clients, ...silent]) assert.ok(await raw.closesWithin(15_000), 'closed');
  for (const raw of clients) assert.ok(!raw.received.includes('HTTP/'), 'nothing in the clear');
  let counted;
  for (let i = 0; i < 100 && !(counted >= clients.length + silent.length); i++) {
    counted = await rejects() - before;
    await sleep(50);
  }
  assert.ok(counted >= clients.length + silent.length, `${counted} counted`);
  assert.ok(await metric(service, 'unknot_http_rejects_total{reason="tls"}') >= nonsense.length, 'most of it as TLS');
  await service.stop();
});

test('what bypasses the HTTP library is encrypted too; a slow body is cut', async () => {
  const service = await startService({ 'body-seconds': 1 });
  const ask = text => new Promise(resolve => {
    const pieces = [];
    const socket = tls.connect({ host: service.host, port: service.port, ca, servername: 'localhost' }, () => socket.write(text));
    socket.on('data', piece => pieces.push(piece));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(pieces).toString('latin1')));
  });
  const crowded = await ask(`GET /techniques?${'a=1&'.repeat(300)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  assert.match(crowded, /^HTTP\/1\.1 4\d\d /);
  assert.match(crowded, /"code":"malformed_query"/);
  const slow = await ask('POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{');
  assert.ok(!slow.startsWith('HTTP/1.1 200'), slow);
  await service.stop();
});

test('handshakes that wait for their clients take no processor, and nobody else waits for them', async () => {
  const service = await startService({ 'header-seconds': 20 });
  const used = () => readdirSync(`/proc/${service.pid}/task`).reduce((sum, task) =>
    sum + Number(readFileSync(`/proc/${service.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e9;
  const waiting = Array.from({ length: 10 }, () => {
    const socket = net.connect(service.port, service.host, () => socket.write(Buffer.from('16030100f4', 'hex')));
    return socket.on('error', () => {});
  });
  await sleep(500);
  const before = used();
  await sleep(2000);
  assert.ok(used() - before < 0.1, `${used() - before} s of CPU in 2 s`);
  for (let i = 0; i < 5; i++) assert.equal((await get(service, '/livez')).status, 200);
  waiting.forEach(socket => socket.destroy());
  await service.stop();
});

test('a body of lines: megabytes in and out, in one piece and in chunks; one that breaks off leaves nothing', async () => {
  const service = await startService();
  const lines = 200, text = `${body}\n`.repeat(lines), headers = { 'content-type': 'application/x-ndjson' };
  const alone = (await call(service, 'POST', '/recommendations', { body })).text;
  const chunked = Array.from({ length: Math.ceil(text.length / 10_000) }, (_, i) => text.slice(i * 10_000, (i + 1) * 10_000));
  for (const way of [{ body: text }, { chunked }]) {
    const answer = await call(service, 'POST', '/recommendations', { headers, ...way });
    assert.equal(answer.status, 200);
    assert.ok(answer.text.length > 5_000_000, `${answer.text.length} bytes`);
    assert.ok(answer.text === `${alone}\n`.repeat(lines), 'each as alone');
  }
  const open = () => readdirSync(`/proc/${service.pid}/fd`).length;
  const before = open();
  const broken = await new Promise(resolve => {
    const socket = tls.connect({ host: service.host, port: service.port, ca, servername: 'localhost' }, () => {
      socket.write(`POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 9000000\r\n\r\n${text}`);
      resolve(socket);
    });
    socket.on('error', () => {});
  });
  for (const end = Date.now() + 20_000; open() < before + 2 && Date.now() < end;) await sleep(50);
  assert.ok(open() >= before + 2, 'connection and spool');
  broken.destroy();
  for (const end = Date.now() + 20_000; open() > before && Date.now() < end;) await sleep(50);
  assert.ok(open() <= before, 'both are closed');
  await service.stop();
});

test('a new certificate under load: no request fails, connections go on, new ones see it', async () => {
  const service = await startService();
  const seen = { kept: 0, fresh: 0 };
  const failures = [];
  let over = false;
  const ask = async (kind, agentOf) => {
    for (let agent = agentOf(); !over; agent = kind === 'fresh' ? agentOf() : agent) {
      const answer = await call(service, 'POST', '/recommendations', { body, agent }).catch(error => ({ status: error }));
      if (answer.status === 200) seen[kind]++;
      else failures.push(answer.status);
      if (kind === 'fresh') agent.destroy();
    }
  };
  const kept = [...Array(4)].map(() => new https.Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 }));
  const clients = [
    ...kept.map(agent => ask('kept', () => agent)),
    ...[...Array(4)].map(() => ask('fresh', () => new https.Agent({ maxCachedSessions: 0 }))),
  ];
  for (let i = 0; i < 1000 && seen.kept < 20; i++) await sleep(10);
  const socketsOf = agent => Object.values(agent.sockets).concat(Object.values(agent.freeSockets)).flat();
  const sockets = kept.flatMap(socketsOf);
  for (const name of ['b', 'a', 'b']) {
    service.write(identities[name]);
    assert.equal((await service.reload()).event, 'reloaded');
    for (let i = 0; i < 3; i++) assert.equal((await shake(service)).name, name);
  }
  const { kept: mid } = seen;
  for (let i = 0; i < 1000 && seen.kept < mid + 8; i++) await sleep(10);
  over = true;
  await Promise.all(clients);
  assert.deepEqual(failures, []);
  assert.ok(seen.fresh >= 10, `${seen.fresh} on connections of their own`);
  assert.deepEqual(new Set(kept.flatMap(socketsOf)), new Set(sockets), 'kept connections were kept');
  kept.forEach(agent => agent.destroy());
  assert.equal(await metric(service, 'unknot_reloads_total'), 3);
  assert.equal(await metric(service, 'unknot_tls_certificate_end_seconds'), Date.parse(new X509Certificate(identities.b.certificate).validTo) / 1000);
  await service.stop();
});

test('a certificate that cannot be used leaves the old one in force, and says why without a secret', async () => {
  const service = await startService();
  const cases = [
    [{ certificate: identities.b.certificate, key: identities.a.key }, /key\.pem: is not the key of the certificate/],
    [{ certificate: 'nonsense', key: identities.a.key }, /certificate\.pem: holds no certificates/],
    [{ certificate: identities.a.certificate, key: 'nonsense' }, /key\.pem: holds no private key/],
    [{ certificate: '', key: '' }, /certificate\.pem: cannot be read/],
    [{ certificate: identities.a.certificate + identities.b.certificate, key: identities.a.key }, /must be followed by the one it hangs on/],
  ];
  for (const [pair, why] of cases) {
    service.write(pair);
    const entry = await service.reload();
    assert.equal(entry.event, 'reload_refused');
    assert.equal(entry.what, 'certificate');
    assert.match(entry.reason, why);
    assert.equal((await shake(service)).name, 'a');
  }
  assert.equal(await metric(service, 'unknot_reloads_refused_total'), cases.length);
  assert.equal(await metric(service, 'unknot_reloads_total'), 0);
  const secret = identities.a.key.split('\n')[1];
  assert.ok(![...service.output, ...service.errors].some(line => line.includes(secret)));
  await service.stop();
});

test('settings that do not go together end the start with a clear word', async () => {
  const at = folder();
  writeFileSync(join(at, 'c'), identities.a.certificate);
  writeFileSync(join(at, 'k'), identities.b.key);
  await assert.rejects(start({ settings: { 'tls-certificate': join(at, 'c') } }), /tls-certificate and tls-key go together/);
  await assert.rejects(start({ settings: { 'tls-certificate': join(at, 'none'), 'tls-key': join(at, 'k') } }), /none: cannot be read/);
  await assert.rejects(start({ settings: { 'tls-certificate': join(at, 'c'), 'tls-key': join(at, 'k') } }), /is not the key/);
});

test('SIGTERM under load over TLS: every request that was taken is answered', async () => {
  const service = await startService({ 'drain-delay-ms': 300 });
  const seen = [];
  const clients = [...Array(8)].map(async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      try {
        seen.push((await call(service, 'POST', '/recommendations', { body, agent })).status);
      } catch (error) {
        if (error.code !== 'ECONNREFUSED') seen.push(error.code ?? error.message);
        break;
      }
    }
    agent.destroy();
  });
  for (let i = 0; i < 1000 && seen.length < 50; i++) await sleep(10);
  const before = seen.length;
  await service.stop();
  await Promise.all(clients);
  assert.deepEqual(seen.filter(s => s !== 200), []);
  assert.ok(seen.length > before, 'answers went on after the signal');
});
