// Bytes on a socket: smuggling, slow senders, pipelines, half-closed and idle connections.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { hold } from './lib/contract.mjs';
import { Raw, get, post, rawCall, sleep } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { ROOT, sharedService, startService } from './lib/service.mjs';

const service = sharedService({ settings: { 'header-seconds': 1, 'body-seconds': 2, 'idle-seconds': 3 } });
const HEAD = 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const SMUGGLED = 'GET /livez HTTP/1.1\r\nHost: smuggled\r\n\r\n';

/** Exactly one answer, 400, and the connection is closed: nothing behind it is read as a request. */
async function refused(bytes, statuses = [400]) {
  const raw = new Raw(service);
  raw.write(bytes);
  assert.ok(await raw.closesWithin(5000), 'the connection is closed');
  const { answers } = raw.parsed();
  assert.equal(answers.length, 1, raw.received.toString('latin1').slice(0, 500));
  assert.ok(statuses.includes(answers[0].status), raw.received.toString('latin1').slice(0, 500));
  return answers[0];
}

for (const [what, bytes] of [
  ['Content-Length and Transfer-Encoding', `${HEAD}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['Transfer-Encoding and Content-Length', `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['two Content-Lengths that differ', `${HEAD}Content-Length: 2\r\nContent-Length: 44\r\n\r\n{}${SMUGGLED}`],
  ['two Content-Lengths that agree', `${HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${SMUGGLED}`],
  ['a list of Content-Lengths', `${HEAD}Content-Length: 2, 2\r\n\r\n{}${SMUGGLED}`],
  ['a Content-Length with a sign', `${HEAD}Content-Length: +2\r\n\r\n{}${SMUGGLED}`],
  ['a negative Content-Length', `${HEAD}Content-Length: -2\r\n\r\n{}${SMUGGLED}`],
  ['a hexadecimal Content-Length', `${HEAD}Content-Length: 0x2\r\n\r\n{}${SMUGGLED}`],
  ['an empty Content-Length', `${HEAD}Content-Length: \r\n\r\n{}${SMUGGLED}`],
  ['a Content-Length beyond 64 bits', `${HEAD}Content-Length: 18446744073709551618\r\n\r\n{}${SMUGGLED}`],
  ['an unknown Transfer-Encoding', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['Transfer-Encoding: identity', `${HEAD}Transfer-Encoding: identity\r\n\r\n${SMUGGLED}`],
  ['chunked twice', `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['chunked with a letter before', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['chunked with a vertical tab', `${HEAD}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['chunked in HTTP/1.0', `${HEAD.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['a space before the colon', `${HEAD}Content-Length : 44\r\n\r\n${SMUGGLED}`],
  ['a space before the colon of Transfer-Encoding', `${HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['a tab in a header name', `${HEAD}X\tY: 1\r\n\r\n${SMUGGLED}`],
  ['a folded header', `${HEAD}X-A: 1\r\n Content-Length: 44\r\n\r\n${SMUGGLED}`],
  ['a header without a colon', `${HEAD}Content-Length\r\n\r\n${SMUGGLED}`],
  ['a bare LF between headers', `${HEAD}X-A: 1\nContent-Length: 44\r\n\r\n${SMUGGLED}`],
  ['bare LFs everywhere', 'GET /livez HTTP/1.1\nHost: x\n\n'],
  ['a bare CR in a header', `${HEAD}X-A: 1\rContent-Length: 44\r\n\r\n${SMUGGLED}`],
  ['a NUL in a header', `${HEAD}X-A: a\0b\r\n\r\n${SMUGGLED}`],
  ['no Host', 'GET /livez HTTP/1.1\r\n\r\n'],
  ['two Hosts', 'GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['two spaces in the request line', 'GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a space in the target', 'GET /livez /x HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a control character in the target', 'GET /livez\x01 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a fragment in the target', 'GET /livez#x HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a bad chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
  ['a negative chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
])
  // A length beyond 64 bits is libmicrohttpd's own: it says 413 in a page of its own.
  test(`${what}: 400 and the end of the connection`, async () => { await refused(bytes, what.includes('64 bits') ? [400, 413] : [400]); });

for (const [what, bytes] of [
  ['another protocol', 'GET /livez HTTP/9.9\r\nHost: x\r\n\r\n'], ['no protocol', 'GET /livez\r\n\r\n'], ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
  ['nonsense', 'asdf\r\n\r\n'], ['a thousand NULs', Buffer.alloc(1000)], ['an endless method', 'A'.repeat(20_000)], ['an endless header', `GET / HTTP/1.1\r\nX: ${'a'.repeat(100_000)}`],
])
  test(`${what} is not served, and ends`, async () => {
    const raw = new Raw(service);
    raw.write(bytes);
    assert.ok(await raw.closesWithin(6000));
    assert.doesNotMatch(raw.received.toString('latin1'), /^HTTP\/1\.1 2/);
  });

test('a header that is not finished in time is 408, one byte a moment or none', async () => {
  for (const trickle of [false, true]) {
    const raw = new Raw(service);
    const begun = Date.now();
    raw.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ');
    const drip = trickle && setInterval(() => { if (!raw.isClosed) raw.write('a'); }, 100);
    const closed = await raw.closesWithin(5000);
    clearInterval(drip);
    assert.ok(closed, 'cut');
    assert.ok(Date.now() - begun < 4000, `${Date.now() - begun} ms`);
    const [answer] = raw.parsed().answers;
    assert.equal(answer?.status, 408);
    hold('GET', '/livez', answer);
  }
});

test('a body that is not finished in time is 408, with a length and in chunks', async () => {
  for (const framing of ['Content-Length: 100\r\n\r\n{"age":', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"age']) {
    const raw = new Raw(service);
    const begun = Date.now();
    raw.write(HEAD + framing);
    const drip = framing.startsWith('C') && setInterval(() => { if (!raw.isClosed) raw.write(' '); }, 200);
    const closed = await raw.closesWithin(6000);
    clearInterval(drip);
    assert.ok(closed, 'cut');
    assert.ok(Date.now() - begun < 5000, `${Date.now() - begun} ms`);
    const [answer] = raw.parsed().answers;
    assert.equal(answer?.status, 408);
    hold('POST', '/recommendations', answer);
  }
});

test('a connection that says nothing, and one that stays idle, are closed', async () => {
  const [silent, idle] = [new Raw(service), new Raw(service)];
  idle.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.equal((await idle.answers(1))[0].status, 200);
  assert.ok(await silent.closesWithin(6000));
  assert.ok(await idle.closesWithin(6000));
});

test('slow senders hold up nobody else', async () => {
  const slow = [...Array(100)].map(() => new Raw(service).write(`${HEAD}Content-Length: 100\r\n\r\n{`));
  await sleep(100);
  const begun = Date.now();
  for (let i = 0; i < 50; i++) assert.equal((await get(service, '/livez')).status, 200);
  assert.ok(Date.now() - begun < 2000, `${Date.now() - begun} ms`);
  slow.forEach(raw => raw.destroy());
});

test('an endless chunked body is cut off', async () => {
  const raw = new Raw(service);
  raw.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65536, ' '), Buffer.from('\r\n')]);
  let sent = 0;
  while (!raw.isClosed && sent < 64 * 2 ** 20) {
    raw.write(chunk);
    sent += chunk.length;
    await sleep(1);
  }
  assert.ok(sent < 32 * 2 ** 20, `${sent} bytes taken`);
  const [answer] = raw.parsed().answers;
  if (answer) assert.equal(answer.status, 413);
});

test('pipelined requests are answered in order', async () => {
  const raw = new Raw(service);
  const body = JSON.stringify({ age: 40, as_of: '2026-11-22' });
  raw.write(`GET /livez HTTP/1.1\r\nHost: x\r\n\r\nHEAD /techniques HTTP/1.1\r\nHost: x\r\n\r\n${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`
    + `GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /techniques/swedish HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await raw.closesWithin(5000);
  const requests = [['GET', '/livez'], ['HEAD', '/techniques'], ['POST', '/recommendations'], ['GET', '/nowhere'], ['POST', '/recommendations'], ['GET', '/techniques/swedish']];
  const { answers } = raw.parsed(requests.map(([method]) => method));
  assert.deepEqual(answers.map(a => a.status), [200, 200, 200, 404, 200, 200]);
  answers.forEach((answer, i) => hold(...requests[i], answer));
  assert.equal(answers[5].json.id, 'swedish');
});

test('a request in single bytes is a request', async () => {
  const raw = new Raw(service);
  raw.socket.setNoDelay(true);
  for (const byte of `${HEAD}Content-Length: 10\r\n\r\n{"age":40}`) raw.write(byte);
  const [answer] = await raw.answers(1);
  assert.equal(answer.status, 200);
  raw.destroy();
});

test('a client that has closed its side still gets its answer', async () => {
  const body = JSON.stringify(example('office-worker'));
  for (let i = 0; i < 20; i++) {
    const raw = new Raw(service);
    raw.write(`${HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`).end();
    assert.ok(await raw.closesWithin(5000));
    assert.equal(raw.parsed().answers[0]?.status, 200);
  }
});

test('clients that go away in the middle leave nothing behind', async () => {
  const before = readFileSync(`/proc/${service.pid}/status`, 'utf8').match(/FDSize:\s+(\d+)/)[1];
  for (let i = 0; i < 100; i++) {
    const raw = new Raw(service);
    raw.write(i % 3 === 0 ? `${HEAD}Content-Length: 100\r\n\r\n{"a` : i % 3 === 1 ? 'GET /techn' : 'GET /techniques HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(i % 5);
    if (i % 2) raw.socket.resetAndDestroy();
    else raw.destroy();
  }
  assert.equal((await get(service, '/livez')).status, 200);
  assert.ok(Number(before) > 0);
});

// The stack reads cookies before we see the request, counts this value as -1 bytes, and answers by itself.
test('a cookie of one quote is refused by the stack, and the connection closed', async () => {
  for (const cookie of ['a="', '="', 'a=b; c="']) {
    const raw = new Raw(service);
    raw.write(`GET /livez HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`);
    assert.ok(await raw.closesWithin(5000), cookie);
    assert.match(raw.received.toString('latin1'), /^HTTP\/1\.1 431 /, cookie);
  }
  assert.equal((await get(service, '/livez', { headers: { cookie: 'a="b"; c=d' } })).status, 200);
});

test('HTTP/1.0 and Connection: close end the connection; HTTP/1.0 keep-alive and HTTP/1.1 keep it', async () => {
  for (const [bytes, closes] of [['GET /livez HTTP/1.0\r\n\r\n', true], ['GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', true], ['GET /livez HTTP/1.1\r\nHost: x\r\n\r\n', false]]) {
    const raw = new Raw(service);
    raw.write(bytes);
    const [answer] = await raw.answers(1);
    assert.equal(answer.status, 200);
    assert.equal(await raw.closesWithin(500), closes, bytes);
    raw.destroy();
  }
});

test('an absolute target is understood', async () => {
  const { answer } = await rawCall(service, 'GET http://example.test/techniques/swedish HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n', { method: 'GET', target: '/techniques/swedish' });
  assert.equal(answer.status, 200);
});

const RELEASE = `${ROOT}build/release/unknot`;
test('1,000 idle keep-alive connections take at most 20 KiB each, and are still served', { skip: !existsSync(RELEASE) && 'there is no release build' }, async () => {
  const lean = await startService({ binary: RELEASE });
  const sockets = [];
  try {
    const rss = () => Number(readFileSync(`/proc/${lean.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
    await post(lean, '/recommendations', example('office-worker'));
    const before = rss();
    for (let i = 0; i < 1000; i++)
      sockets.push(await new Promise((resolve, reject) => {
        const socket = net.connect({ host: lean.host, port: lean.port });
        socket.on('error', reject);
        socket.once('data', () => resolve(socket));
        socket.write(`GET /${i % 2 ? 'livez' : 'techniques'} HTTP/1.1\r\nHost: x\r\n\r\n`);
      }));
    await post(lean, '/recommendations', example('office-worker'));
    assert.ok(rss() - before < 1000 * 20 / 1024, `${before.toFixed(1)} MB became ${rss().toFixed(1)} MB`);
    for (const socket of sockets.slice(0, 20))
      await new Promise(resolve => { socket.removeAllListeners('data'); socket.once('data', resolve); socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'); });
    assert.ok(rss() - before < 1000 * 20 / 1024, `${before.toFixed(1)} MB became ${rss().toFixed(1)} MB`);
    console.log(`# 1,000 idle connections: ${before.toFixed(1)} MB became ${rss().toFixed(1)} MB`);
  } finally {
    sockets.forEach(s => s.destroy());
    await lean.stop();
  }
});

test('after all of this the service goes on', async () => {
  assert.equal((await post(service, '/recommendations', example('office-worker'))).status, 200);
});
