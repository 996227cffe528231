// Logs: a JSON line for each request, and nothing about the person in any of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Raw, call, get, post, postText, sleep } from './lib/http.mjs';
import { example, examples, exampleText } from './lib/people.mjs';
import { sharedService, startService } from './lib/service.mjs';

const service = sharedService();
const MEMBERS = ['time', 'level', 'event', 'method', 'route', 'status', 'bytes', 'duration_us', 'trace_id', 'code', 'outcome'];
const SECRET = 'mrs-unmistakable-secret';

let serial = 0;
/** Sends a request with a trace of its own; gives its log entry. */
async function entryOf(method, target, options = {}) {
  const trace = (++serial).toString(16).padStart(32, 'a');
  const answer = await call(service, method, target, { ...options, headers: { ...options.headers, traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
  for (let i = 0; i < 300; i++) {
    const entry = service.logs.find(e => e.trace_id === trace);
    if (entry) return { entry, answer };
    await sleep(10);
  }
  return assert.fail(`no line for ${method} ${target}`);
}

test('every line of stdout but the greeting is a JSON object with time, level and event', async () => {
  await entryOf('GET', '/techniques');
  for (const line of service.output.filter(l => !/^unknot [\d.]+ listens on /.test(l))) {
    const entry = JSON.parse(line);
    assert.match(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(['debug', 'info', 'warn', 'error'].includes(entry.level));
    assert.match(entry.event, /^[a-z_]+$/);
  }
});

for (const [method, target, options, route, status, code] of [
  ['GET', '/techniques', {}, '/techniques', 200], ['GET', '/techniques/swedish', {}, '/techniques/{technique_id}', 200], ['HEAD', '/techniques/swedish', {}, '/techniques/{technique_id}', 200],
  ['GET', '/findings/rf_saddle', {}, '/findings/{finding_id}', 200], ['GET', `/techniques/${SECRET}`, {}, '/techniques/{technique_id}', 404, 'not_found'], ['GET', `/${SECRET}`, {}, 'unmatched', 404, 'not_found'],
  ['GET', `/techniques?q=${SECRET}`, {}, '/techniques', 200], ['GET', `/techniques?${SECRET}=1`, {}, '/techniques', 422, 'invalid_parameter'],
  ['POST', '/recommendations', { json: {} }, '/recommendations', 200], ['POST', '/recommendations?view=brief', { json: {} }, '/recommendations', 200],
  ['POST', '/recommendations', { body: '{' }, '/recommendations', 400, 'malformed_json'], ['POST', '/recommendations', { json: { [SECRET]: 1 } }, '/recommendations', 422, 'invalid_content'],
  ['POST', '/contraindication-checks', { json: {} }, '/contraindication-checks', 200], ['OPTIONS', '/techniques', {}, null, 204],
])
  test(`${method} ${target} is logged by its route, with status, size, duration and trace`, async () => {
    const { entry, answer } = await entryOf(method, target, options);
    assert.equal(entry.event, 'request');
    assert.equal(entry.level, 'info');
    assert.equal(entry.method, method);
    if (route) assert.equal(entry.route, route);
    assert.equal(entry.status, status);
    assert.equal(entry.code, code);
    assert.equal(entry.bytes, answer.wire.length);
    assert.ok(Number.isInteger(entry.duration_us) && entry.duration_us > 0 && entry.duration_us < 10_000_000);
    assert.deepEqual(Object.keys(entry).filter(k => !MEMBERS.includes(k)), []);
    assert.match(answer.headers.traceparent, new RegExp(entry.trace_id));
  });

test('a method we lack is logged too, whatever it is called', async () => {
  const raw = new Raw(service);
  raw.write(`${SECRET.replaceAll('-', '').toUpperCase()} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.ok(await raw.closesWithin(5000));
});

test('a request that breaks off is logged with what became of it', async () => {
  const seen = service.logs.length;
  const raw = new Raw(service);
  raw.write('POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"age":');
  await sleep(50);
  raw.destroy();
  for (let i = 0; i < 300 && !service.logs.slice(seen).some(e => e.outcome); i++) await sleep(10);
  assert.ok(service.logs.slice(seen).some(e => e.outcome === 'client_gone'), JSON.stringify(service.logs.slice(seen)));
});

test('no line holds health data, ids, names, text, codes, the query, credentials or an address', async () => {
  const before = service.output.length;
  assert.ok(before > 2, 'the greeting with the address is behind us');
  const person = { ...example('warfarin'), medications: [{ text: 'warfarin' }, { text: SECRET }, { rxnorm: '11289' }, { atc: 'B01AA03' }], diagnoses: [{ system: 'icd10cm', code: 'E11.42' }],
    clearances: [{ role: 'doctor', by: SECRET, reason: SECRET, recorded: '2026-11-01' }] };
  const headers = { authorization: `Bearer ${SECRET}`, 'x-api-key': SECRET, cookie: `a=${SECRET}`, 'user-agent': SECRET, referer: `https://a/${SECRET}`, origin: `https://${SECRET}`,
    'x-forwarded-for': '203.0.113.77', 'accept-language': `${SECRET}`, tracestate: `a=${SECRET}`, baggage: `user=${SECRET}`, 'x-request-id': SECRET };
  for (const path of ['/recommendations', '/contraindication-checks']) {
    await post(service, path, person, { headers });
    await post(service, path, { ...person, [SECRET]: SECRET, findings: [{ id: SECRET.replaceAll('-', '_'), state: 'present' }, { id: 'rf_saddle', state: 'present' }] }, { headers });
    await postText(service, path, `{"findings":[{"id":"rf_saddle","state":"present"}],"${SECRET}`, { headers });
  }
  for (const target of [`/techniques?q=${SECRET}`, `/findings?q=warfarin`, `/techniques/${SECRET}`, `/${SECRET}`, `/findings/rf_saddle`, `/contraindications?finding=rf_saddle`, `/techniques?q=%ff${SECRET}`])
    await get(service, target, headers);
  for (const e of examples) await postText(service, e.operationId === 'createRecommendation' ? '/recommendations' : '/contraindication-checks', exampleText(e.file), { headers });
  const { entry } = await entryOf('GET', '/livez');
  assert.ok(entry);
  const written = service.output.slice(before).join('\n') + service.errors.filter(l => !l.includes(' listens on ')).join('\n');
  for (const word of [SECRET, 'mrs_unmistakable', 'warfarin', 'anticoagulant', 'rf_saddle', 'saddle', '11289', 'B01AA03', 'E11', 'icd10cm', 'low_back', 'pregnan', 'emergency', 'self_care', 'swedish',
    'male', '203.0.113', '127.0.0.1', 'Bearer', 'decision', 'q=', '?', 'doctor'])
    assert.ok(!written.includes(word), `'${word}' in ${written.split('\n').find(l => l.includes(word))}`);
  for (const line of service.output.slice(before)) assert.deepEqual(Object.keys(JSON.parse(line)).filter(k => !MEMBERS.includes(k)), [], line);
});

test('a client cannot write lines of its own', async () => {
  const before = service.output.length;
  for (const target of ['/a%0a%7b%22event%22%3a%22forged%22%7d', '/techniques?q=%0a%7b%22event%22%3a%22forged%22%7d'])
    await get(service, target, { traceparent: '00-{"event":"forged"}-x' }).catch(error => error); // the answer itself is for another test
  await entryOf('GET', '/livez');
  assert.ok(!service.output.slice(before).join('\n').includes('forged'));
});

test('starting and stopping are logged as events; addresses only when they are asked for', async () => {
  const other = await startService({ settings: { 'log-clients': 'on' } });
  await get(other, '/livez');
  await other.stop();
  const events = other.logs.map(e => e.event);
  assert.ok(events.includes('listening'));
  assert.ok(events.some(e => /stop|drain|end/.test(e)), events.join(', '));
  assert.ok(other.logs.some(e => e.event === 'request' && /^127\.0\.0\.1/.test(e.client)));
});
