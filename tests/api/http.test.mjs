// HTTP as people expect it: caching, negotiation, methods, CORS, limits, tracing.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { openOperations as operations, methodsOf, contract } from './lib/contract.mjs';
import { Raw, call, get, post, postText, rawCall } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { sharedService, startService } from './lib/service.mjs';

const service = sharedService();
const KNOWN = { technique_id: 'swedish', presentation_id: 'nslbp_chronic', finding_id: 'rf_saddle',
  rule_id: 'C1.rf_saddle', source_key: 'furlan2015', problem_name: 'not-found' };
const query = o => new URLSearchParams(o.parameters.filter(p => p.in === 'query' && p.required).map(p => [p.name, p.schema.examples[0]])).toString();
const pages = operations.filter(o => o.method === 'GET')
  .map(o => o.path.replace(/\{(\w+)\}/g, (_, name) => KNOWN[name]) + (query(o) && `?${query(o)}`));
const LIVE = ['/livez', '/readyz', '/metrics'];
const kept = pages.filter(p => !LIVE.includes(p));
const LARGE = '/techniques';

// --- caching ---

test('every catalogue answer has a strong ETag, is public and may be kept for five minutes', async () => {
  for (const page of kept) {
    const { headers } = await get(service, page);
    assert.match(headers.etag, /^"[!#-~]+"$/, page);
    assert.equal(headers['cache-control'], 'public, max-age=300, must-revalidate', page);
    for (const name of ['Accept', 'Accept-Encoding', 'Accept-Language']) assert.ok(headers.vary.split(', ').includes(name), page);
  }
});

test('decisions, health and metrics are never kept', async () => {
  for (const page of LIVE) {
    const { headers } = await get(service, page);
    assert.equal(headers['cache-control'], 'no-store', page);
    assert.equal(headers.etag, undefined, page);
  }
  for (const path of ['/recommendations', '/contraindication-checks']) {
    const { headers } = await post(service, path, {});
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers.etag, undefined);
  }
});

test('an ETag depends on nothing but the representation: not on connection or other headers', async () => {
  const { headers: { etag } } = await get(service, LARGE);
  for (const headers of [{ cookie: 'a=b' },
    { connection: 'close' }, { 'user-agent': 'other' }, { 'x-forwarded-for': '1.2.3.4' }, { 'accept-language': 'en-GB' },
    { 'accept-language': 'de' }, { accept: 'application/json' }, { origin: 'https://a.example' },
    { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }]) {
    const agent = new http.Agent({ keepAlive: false });
    const answer = await call(service, 'GET', LARGE, { headers, agent });
    assert.equal(answer.headers.etag, etag, JSON.stringify(headers));
  }
});

test('an ETag survives a restart, and two services agree on it', async () => {
  const other = await startService();
  try {
    for (const page of ['/', '/techniques', '/questionnaire', '/openapi.json', '/techniques/swedish'])
      assert.equal((await get(other, page)).headers.etag, (await get(service, page)).headers.etag, page);
  } finally {
    await other.stop();
  }
});

test('different representations have different ETags', async () => {
  const tags = [];
  for (const page of kept) tags.push((await get(service, page)).headers.etag);
  tags.push((await get(service, `${LARGE}?max_pressure=2`)).headers.etag);
  tags.push((await get(service, LARGE, { 'accept-encoding': 'gzip' })).headers.etag);
  assert.equal(new Set(tags).size, tags.length);
});

test('If-None-Match gives 304 without body, Content-Type or a false Content-Length, with ETag, Cache-Control, Vary and Date', async () => {
  for (const page of kept) {
    const fresh = await get(service, page);
    const { etag } = fresh.headers;
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, `"other",W/"x",${etag} , "y"`, '*']) {
      const answer = await get(service, page, { 'if-none-match': value });
      assert.equal(answer.status, 304, `${page} ${value}`);
      assert.ok([undefined, fresh.headers['content-length']].includes(answer.headers['content-length']));
      for (const name of ['etag', 'cache-control', 'vary']) assert.equal(answer.headers[name], fresh.headers[name], name);
    }
    for (const value of ['"other"', etag.slice(1, -1), '"', `${etag.slice(0, -1)}x"`])
      assert.equal((await get(service, page, { 'if-none-match': value })).status, 200, `${page} ${value}`);
  }
});

test('304 works for a filtered list, for gzip and for HEAD', async () => {
  const filtered = `${LARGE}?position=seated`;
  const { etag } = (await get(service, filtered)).headers;
  assert.equal((await get(service, filtered, { 'if-none-match': etag })).status, 304);
  const packed = (await get(service, LARGE, { 'accept-encoding': 'gzip' })).headers.etag;
  assert.equal((await get(service, LARGE, { 'accept-encoding': 'gzip', 'if-none-match': packed })).status, 304);
  assert.equal((await get(service, LARGE, { 'if-none-match': packed })).status, 200, 'that is another representation');
  assert.equal((await call(service, 'HEAD', LARGE, { headers: { 'if-none-match': (await get(service, LARGE)).headers.etag } })).status, 304);
});

test('a 304 on the wire ends with its header', async () => {
  const { etag } = (await get(service, LARGE)).headers;
  const raw = new Raw(service);
  raw.write(`GET ${LARGE} HTTP/1.1\r\nHost: x\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`);
  await raw.closed;
  assert.match(raw.received.toString(), /^HTTP\/1.1 304 [^]*\r\n\r\n$/);
  assert.equal(raw.received.toString().split('\r\n\r\n').length, 2);
});

// --- methods ---

test('HEAD has the headers of GET and no body', async () => {
  for (const page of pages.filter(p => !LIVE.includes(p) || p === '/livez')) {
    const one = await get(service, page);
    const two = await call(service, 'HEAD', page);
    assert.equal(two.status, 200);
    const stable = ({ date, traceparent, 'server-timing': timing, ...rest }) => rest;
    assert.deepEqual(stable(two.headers), stable(one.headers), page);
    assert.equal(two.body.length, 0);
  }
  for (const page of ['/readyz', '/metrics']) assert.equal((await call(service, 'HEAD', page)).status, 200);
  assert.equal((await call(service, 'HEAD', '/techniques/nowhere')).status, 404);
});

// Those that need a key: guarded.test.mjs.
const plainPaths = [...new Set(operations.map(o => o.path))];

test('OPTIONS says what a path takes', async () => {
  for (const path of plainPaths) {
    const { status, headers } = await call(service, 'OPTIONS', path.replace(/\{(\w+)\}/g, (_, name) => KNOWN[name]));
    assert.equal(status, 204);
    assert.deepEqual(headers.allow.split(', ').sort(), methodsOf(path));
  }
  const { answer } = await rawCall(service, 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', { method: 'OPTIONS', target: '*' });
  assert.equal(answer.status, 204);
  assert.equal((await call(service, 'OPTIONS', '/nowhere')).status, 404);
});

test('another method is 405 with Allow, on every path', async () => {
  for (const path of plainPaths) {
    const target = path.replace(/\{(\w+)\}/g, (_, name) => KNOWN[name]);
    for (const method of ['DELETE', 'PUT', 'PATCH', contract.paths[path].post ? 'GET' : 'POST']) {
      const answer = await call(service, method, target, method === 'POST' ? { json: {} } : {});
      assert.equal(answer.status, 405, `${method} ${target}`);
      assert.equal(answer.json.code, 'method_not_allowed');
      assert.ok(!answer.headers.allow.includes(method));
    }
  }
  const { answer } = await rawCall(service, 'BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', { method: 'BREW', target: '/' });
  assert.ok([405, 501].includes(answer.status));
});

test('paths that are not there are 404 as problems: trailing slash, case, doubled slash, dots', async () => {
  for (const target of ['/nowhere', '/techniques/', '//techniques', '/Techniques', '/techniques//swedish', '/techniques/../techniques',
    '/techniques/swedish/more', '/techniques/%2e%2e', '/recommendations/', '/favicon.ico', '/%74echniquesx'])
    assert.equal((await get(service, target)).status, 404, target);
});

test('a path that cannot be decoded is a problem too', async () => {
  for (const target of ['/techniques/%ff', '/techniques/%00', '/techniques/%zz', '/techniques/%e2%82'])
    assert.equal((await get(service, target)).status, 400, target);
});

// --- CORS ---

test('any page may read any answer, errors too', async () => {
  const origin = { origin: 'https://app.example' };
  for (const [method, target, options] of [['GET', '/techniques', {}], ['POST', '/recommendations', { json: {} }], ['GET', '/nowhere', {}],
    ['DELETE', '/techniques', {}], ['POST', '/recommendations', { body: '{' }], ['POST', '/recommendations', { json: { age: 'x' } }],
    ['GET', '/techniques?q=%ff', {}], ['GET', '/techniques', { headers: { accept: 'image/png' } }]]) {
    const { headers } = await call(service, method, target, { ...options, headers: { ...origin, ...options.headers } });
    assert.equal(headers['access-control-allow-origin'], '*', `${method} ${target}`);
    const exposed = headers['access-control-expose-headers'].toLowerCase().split(/, */);
    for (const name of ['etag', 'retry-after', 'traceparent', 'server-timing']) assert.ok(exposed.includes(name), name);
  }
});

test('a preflight is allowed: methods, headers, for a while; for a path we lack too', async () => {
  for (const [target, method] of [['/recommendations', 'POST'], ['/techniques', 'GET'], ['/nowhere', 'GET']]) {
    const answer = await call(service, 'OPTIONS', target, { headers: {
      origin: 'https://app.example', 'access-control-request-method': method,
      'access-control-request-headers': 'content-type, authorization, traceparent, if-none-match, x-api-key' } });
    assert.equal(answer.status, 204, target);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.ok(answer.headers['access-control-allow-methods'].split(', ').includes(method));
    const allowed = answer.headers['access-control-allow-headers'].toLowerCase().split(/, */);
    for (const name of ['content-type', 'authorization', 'traceparent', 'if-none-match', 'accept-language', 'x-api-key'])
      assert.ok(allowed.includes(name), `${name} in ${allowed}`);
    assert.ok(Number(answer.headers['access-control-max-age']) >= 600);
  }
});

// --- negotiation ---

test('Accept: what we have is given, else 406', async () => {
  for (const accept of ['*/*', 'application/json', 'application/*', 'text/html, application/json;q=0.1', 'application/problem+json', 'application/json; charset=utf-8'])
    assert.equal((await get(service, '/techniques', { accept })).status, 200, accept);
  for (const accept of ['image/png', 'text/html', 'application/json;q=0', 'application/*;q=0, text/plain'])
    assert.equal((await get(service, '/techniques', { accept })).status, 406, accept);
  assert.equal((await get(service, '/metrics', { accept: 'application/openmetrics-text, text/plain;q=0.5, */*;q=0.1' })).status, 200);
  assert.equal((await get(service, '/openapi.yaml', { accept: 'application/yaml' })).status, 200);
  assert.equal((await post(service, '/recommendations', {}, { headers: { accept: 'text/html' } })).status, 406);
});

test('Accept-Language: English for all, and it says so', async () => {
  for (const language of ['en', 'en-GB, en;q=0.8', 'de, fr;q=0.5', '*', 'xx-invalid-;;q', 'en;q=0', ' ', 'zh-Hant-CN;q=0.9,*;q=0.1']) {
    const answer = await get(service, '/techniques/swedish', { 'accept-language': language });
    assert.equal(answer.status, 200, language);
    assert.equal(answer.headers['content-language'], 'en', language);
  }
  const { headers, json } = await post(service, '/recommendations', {}, { headers: { 'accept-language': 'de' } });
  assert.equal(headers['content-language'], 'en');
  assert.equal(json.language, 'en');
  assert.equal((await get(service, '/nowhere', { 'accept-language': 'de' })).headers['content-language'], 'en');
});

test('large answers are gzipped for those who take it, with the same bytes inside', async () => {
  for (const page of kept.filter(p => p !== '/livez')) {
    const plain = await get(service, page);
    const packed = await get(service, page, { 'accept-encoding': 'gzip, deflate, br' });
    assert.ok(packed.body.equals(plain.body), page);
    assert.equal(packed.headers['content-encoding'], plain.body.length >= 2048 ? 'gzip' : packed.headers['content-encoding'], page);
    if (packed.headers['content-encoding']) {
      assert.ok(packed.wire.length < plain.wire.length, page);
      assert.equal(Number(packed.headers['content-length']), packed.wire.length);
    }
  }
  const json = example('office-worker');
  const plain = await post(service, '/recommendations', json);
  const packed = await post(service, '/recommendations', json, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.ok(gunzipSync(packed.wire).equals(plain.body));
});

test('gzip only for those who take it, and not for small answers', async () => {
  for (const encoding of ['identity', 'br', 'gzip;q=0', 'deflate', '', 'gzip;q=0, *;q=1'])
    assert.equal((await get(service, LARGE, { 'accept-encoding': encoding })).headers['content-encoding'], undefined, encoding);
  for (const encoding of ['gzip', 'GZIP', 'x, gzip;q=0.5', '*'])
    assert.equal((await get(service, LARGE, { 'accept-encoding': encoding })).headers['content-encoding'], 'gzip', encoding);
  assert.equal((await get(service, '/livez', { 'accept-encoding': 'gzip' })).headers['content-encoding'], undefined);
});

// --- bodies ---

test('415: a body that is not JSON in UTF-8, is compressed, or does not say what it is', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/json; charset=utf-16', 'application/jsonx', 'multipart/form-data; boundary=x'])
    assert.equal((await postText(service, '/recommendations', '{}', { headers: { 'content-type': type } })).status, 415, type);
  assert.equal((await postText(service, '/recommendations', '{}', { headers: { 'content-encoding': 'gzip' } })).status, 415);
  const { answer } = await rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
  assert.equal(answer.status, 415);
  for (const type of ['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;charset="UTF-8"'])
    assert.equal((await postText(service, '/recommendations', '{}', { headers: { 'content-type': type } })).status, 200, type);
});

test('413: over 256 KiB by Content-Length, before anything is read', async () => {
  const { answer } = await rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 262145\r\nConnection: close\r\n\r\n');
  assert.equal(answer?.status, 413, 'answered without a byte of the body');
  const whole = await postText(service, '/recommendations', ' '.repeat(262145));
  assert.equal(whole.status, 413);
  assert.equal(whole.json.code, 'content_too_large');
  assert.match(whole.json.detail, /262144/);
});

test('413: over 256 KiB in chunks', async () => {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  assert.equal((await call(service, 'POST', '/recommendations', { chunked: [chunk, chunk, chunk, chunk, Buffer.from('{}')] })).status, 413);
  assert.equal((await call(service, 'POST', '/contraindication-checks', { chunked: [chunk, chunk, chunk, chunk, Buffer.from('{}')] })).status, 413);
});

test('exactly 256 KiB is taken, with a length and in chunks', async () => {
  const body = `{}${' '.repeat(262142)}`;
  assert.equal((await postText(service, '/recommendations', body)).status, 200);
  assert.equal((await call(service, 'POST', '/recommendations', { chunked: [Buffer.from(body)] })).status, 200);
  assert.equal((await call(service, 'POST', '/recommendations', { chunked: [...'{"age":40}'].map(c => Buffer.from(c)) })).status, 200);
});

test('413: a body where none belongs', async () => {
  assert.equal((await call(service, 'GET', '/techniques', { body: '{}' })).status, 413);
});

test('Expect: 100-continue is answered, or refused at once', async () => {
  const { answer } = await rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
  assert.equal(answer.status, 200);
  const refused = await rawCall(service, 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n');
  assert.equal(refused.answer.status, 413);
});

test('414 and 431 are problems; just under the limits is fine', async () => {
  const long = n => `/techniques?q=${'a'.repeat(n - '/techniques?q='.length)}`;
  assert.equal((await get(service, long(4097))).status, 414);
  assert.equal((await get(service, long(6000))).status, 414);
  assert.equal((await get(service, long(4096))).status, 422, 'read, and too long for a search');
  assert.equal((await get(service, '/techniques', { 'x-a': 'a'.repeat(9000) })).status, 431);
  assert.equal((await get(service, '/techniques', Object.fromEntries([...Array(70).keys()].map(i => [`x-${i}`, '1'])))).status, 431);
  assert.equal((await get(service, '/techniques', { 'x-a': 'a'.repeat(7000) })).status, 200);
});

// --- tracing and timing ---

const TRACE = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
test('traceparent is joined: same trace, a span of our own, the flags kept', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const flags of ['00', '01']) {
    const [, id, span, out] = (await get(service, '/techniques', { traceparent: `00-${trace}-00f067aa0ba902b7-${flags}` })).headers.traceparent.match(TRACE);
    assert.equal(id, trace);
    assert.notEqual(span, '00f067aa0ba902b7');
    assert.equal(out, flags);
  }
  const { headers, json } = await get(service, '/nowhere', { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
  assert.equal(headers.traceparent.match(TRACE)[1], trace);
  assert.equal(json.trace_id, trace);
});

test('a traceparent of a later version is read by its first four fields', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { headers } = await get(service, '/', { traceparent: `cc-${trace}-00f067aa0ba902b7-01-what-the-future-brings` });
  assert.equal(headers.traceparent.match(TRACE)[1], trace);
});

test('a malformed traceparent starts a new trace, and is never an error', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const traceparent of ['', 'x', `00-${trace}-00f067aa0ba902b7`, `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-00f067aa0ba902b7-01`, `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, `00-${trace}-00f067aa0ba902b7-01-more`,
    `00_${trace}_00f067aa0ba902b7_01`, `00-${trace}0-00f067aa0ba902b7-01`, `0-${trace}-00f067aa0ba902b7-01`, 'a'.repeat(500)]) {
    const { status, headers } = await get(service, '/', { traceparent });
    assert.equal(status, 200, traceparent);
    const [, id, span] = headers.traceparent.match(TRACE);
    assert.notEqual(id, trace, traceparent);
    assert.notEqual(id, '0'.repeat(32));
    assert.notEqual(span, '0'.repeat(16));
  }
});

test('without traceparent each request has a trace of its own', async () => {
  const seen = new Set();
  for (let i = 0; i < 200; i++) seen.add((await get(service, '/livez')).headers.traceparent.match(TRACE)[1]);
  assert.equal(seen.size, 200);
});

test('Server-Timing says how long it took', async () => {
  for (const answer of [await get(service, '/techniques'), await post(service, '/recommendations', example('warfarin')), await get(service, '/nowhere')])
    assert.match(answer.headers['server-timing'], /^(queue;dur=\d+(\.\d+)?, )?app;dur=\d+(\.\d+)?$/);
  const { headers } = await post(service, '/recommendations', example('warfarin'));
  assert.ok(Number(headers['server-timing'].match(/app;dur=([\d.]+)/)[1]) > 0);
});

// --- health ---

test('/livez and /readyz; a check can be left out, and a probe that leaves out one we lack still works', async () => {
  assert.deepEqual((await get(service, '/livez')).json, { status: 'alive' });
  const { json } = await get(service, '/readyz');
  assert.equal(json.status, 'ready');
  assert.ok(json.checks.some(c => c.name === 'knowledge' && c.status === 'pass' && c.required));
  const without = await get(service, '/readyz?exclude=knowledge');
  assert.ok(!without.json.checks.some(c => c.name === 'knowledge'));
  const both = await get(service, '/readyz?exclude=knowledge&exclude=accepting');
  assert.equal(both.status, 200);
  assert.deepEqual((await get(service, '/readyz?exclude=database')).json, json);
});

test('the index points the way: every GET it names without a parameter answers', async () => {
  const { json } = await get(service, '/');
  assert.match(json.knowledge.sha256, /^[0-9a-f]{64}$/);
  assert.ok(json.disclaimer.length > 20);
  for (const link of json.links.filter(l => l.method === 'GET' && plainPaths.includes(l.href) && !l.href.includes('{'))) {
    const asked = query(operations.find(o => o.id === link.operation));
    assert.equal((await get(service, asked ? `${link.href}?${asked}` : link.href)).status, 200, link.href);
  }
});

test('X-Content-Type-Options forbids guessing', async () => {
  for (const page of ['/', '/openapi.yaml', '/metrics', '/nowhere']) assert.equal((await get(service, page)).headers['x-content-type-options'], 'nosniff');
});
