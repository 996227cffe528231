// POST /recommendations as application/x-ndjson: many intakes, one a line, each answered on its own line.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { faults } from './lib/contract.mjs';
import { call, get, post, postText, Raw } from './lib/http.mjs';
import { example, red } from './lib/people.mjs';
import { bearer, BINARY, Clinic } from './lib/clinic.mjs';
import { sharedService, startService } from './lib/service.mjs';

const service = sharedService();
const NDJSON = { 'content-type': 'application/x-ndjson' };
const TARGET = '/recommendations';
const people = ['office-worker', 'warfarin', 'cauda-equina'].map(example);

/** The lines of an answer, without the end of the last one. */
const linesOf = answer => {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  assert.ok(answer.text.endsWith('\n'), 'the last line ends');
  return answer.text.slice(0, -1).split('\n');
};
const batch = async (body, target = TARGET, headers = {}) => linesOf(await postText(service, target, body, { headers: { ...NDJSON, ...headers } }));
const problem = (line, code, number) => {
  const value = JSON.parse(line);
  assert.equal(value.code, code, line);
  assert.equal(value.line, number, line);
  assert.equal(faults(['components', 'schemas', 'Problem'], value), '');
  return value;
};

test('each line is answered in order, with the bytes it gets alone, in both views', async () => {
  for (const query of ['', '?view=brief', '?view=full']) {
    const lines = await batch(people.map(p => `${JSON.stringify(p)}\n`).join(''), TARGET + query);
    const alone = await Promise.all(people.map(p => post(service, TARGET + query, p)));
    assert.deepEqual(lines, alone.map(a => a.text));
  }
});

test('a line that is wrong is answered in its place and stops nothing', async () => {
  const good = JSON.stringify(people[0]);
  const lines = await batch(['{"age": ', good, '{"age": "old"}', '[]', '{"age": 1, "age": 2}', Buffer.from([0xff]).toString('latin1'), good].join('\n'));
  const alone = (await post(service, TARGET, people[0])).text;
  assert.equal(lines.length, 7);
  problem(lines[0], 'malformed_json', 1);
  assert.equal(lines[1], alone);
  const typed = problem(lines[2], 'invalid_content', 3);
  assert.equal(typed.errors[0].pointer, '#/age');
  assert.equal(typed.status, 422);
  problem(lines[3], 'invalid_content', 4);
  problem(lines[4], 'malformed_json', 5);
  problem(lines[5], 'malformed_json', 6);
  assert.equal(lines[6], alone);
});

test('a red flag in a line that is wrong is not lost', async () => {
  const wrong = { age: 'old', findings: [{ id: 'rf_saddle', state: 'present' }] };
  const [line, broken, next] = await batch(`${JSON.stringify(wrong)}\n${JSON.stringify(wrong)}}\n{}`);
  const alone = await post(service, TARGET, wrong);
  assert.equal(alone.json.triage.level, 'emergency');
  assert.deepEqual(problem(line, 'invalid_content', 1).triage, alone.json.triage);
  assert.equal(problem(broken, 'malformed_json', 2).triage.level, 'emergency');
  assert.equal(JSON.parse(next).triage.level === 'emergency', false, 'the next person is another');
});

test('empty lines are skipped and counted, CRLF is an end of line, the last line need not end', async () => {
  const answers = await batch('\n\r\n{}\r\n \t\n{}\n\n{"age":');
  const alone = (await post(service, TARGET, {})).text;
  assert.deepEqual(answers.slice(0, 2), [alone, alone]);
  problem(answers[2], 'malformed_json', 7);
  assert.equal(answers.length, 3);
});

test('a line of NUL bytes is a line: it has its answer', async () => {
  const [first, nul, last] = await batch('{}\n\u0000\n \u0000');
  assert.ok(JSON.parse(first).triage);
  problem(nul, 'malformed_json', 2);
  problem(last, 'malformed_json', 3);
});

test('a body without a line, or none at all, is a mistake', async () => {
  for (const body of ['\n', ' \r\n\n', '']) {
    const answer = await postText(service, TARGET, body, { headers: NDJSON });
    assert.ok(answer.status === 400 || answer.status === 415, answer.text);
  }
});

test('chunks may end anywhere', async () => {
  const text = people.map(p => JSON.stringify(p)).join('\n');
  const whole = await batch(text);
  for (const size of [7, 1000, 70_000]) {
    const chunked = [];
    for (let at = 0; at < text.length; at += size) chunked.push(text.slice(at, at + size));
    assert.deepEqual(linesOf(await call(service, 'POST', TARGET, { headers: NDJSON, chunked })), whole);
  }
});

test('a line over 256 KiB is refused in its place, at 256 KiB it is not', async () => {
  const padded = length => `{${' '.repeat(length - 2)}}`;
  const alone = (await post(service, TARGET, {})).text;
  const lines = await batch([padded(262_144), padded(262_145), '{}', padded(3_000_000), '{}'].join('\n'));
  assert.deepEqual([lines[0], lines[2], lines[4]], [alone, alone, alone]);
  assert.equal(problem(lines[1], 'content_too_large', 2).status, 413);
  problem(lines[3], 'content_too_large', 4);
});

test('it is not compressed, and speaks for itself only', async () => {
  const answer = await postText(service, TARGET, `${JSON.stringify(people[0])}\n`, { headers: { ...NDJSON, 'accept-encoding': 'gzip' } });
  assert.equal(answer.headers['content-encoding'], undefined);
  assert.equal(Number(answer.headers['content-length']), answer.wire.length);
  const refused = await postText(service, TARGET, '{}\n', { headers: { ...NDJSON, accept: 'application/json' } });
  assert.equal(refused.status, 406);
  const elsewhere = await postText(service, '/contraindication-checks', '{}\n', { headers: NDJSON });
  assert.equal(elsewhere.status, 415);
  assert.equal((await postText(service, TARGET, '{}\n', { headers: { ...NDJSON, 'content-type': 'application/x-ndjson; charset=latin1' } })).status, 415);
});

test('a mistake in the query is said once, for all', async () => {
  for (const target of ['/recommendations?view=wide', '/recommendations?veiw=brief']) {
    const answer = await postText(service, target, '{}\n{}\n', { headers: NDJSON });
    const alone = await post(service, target, {});
    assert.equal(answer.status, alone.status);
    assert.equal(answer.json.code, 'invalid_parameter');
    assert.deepEqual(answer.json.errors, alone.json.errors);
  }
});

test('more than 1 GiB is refused before it comes', async () => {
  const raw = new Raw(service);
  raw.write('POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1073741825\r\n\r\n{}\n');
  const [answer] = await raw.answers(1);
  assert.equal(answer.status, 413);
  raw.destroy();
});

const resident = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

test('20,000 lines: all answered, and memory stays flat', async t => {
  // The sanitizer keeps freed memory for a while; not here.
  const lean = await startService({ env: { ASAN_OPTIONS: 'exitcode=86:detect_leaks=1:quarantine_size_mb=0:thread_local_quarantine_size_kb=0' } });
  t.after(() => lean.stop());
  const lines = 20_000;
  const one = `${JSON.stringify({ findings: [red] })}\n`;
  linesOf(await postText(lean, '/recommendations?view=brief', one.repeat(500), { headers: NDJSON }));
  const before = resident(lean.pid);
  let count = 0, bytes = 0, most = 0;
  await new Promise((resolve, reject) => {
    const request = http.request({ host: lean.host, port: lean.port, method: 'POST', path: '/recommendations?view=brief', headers: { ...NDJSON, connection: 'close' } }, response => {
      response.on('data', piece => {
        bytes += piece.length;
        for (const byte of piece) count += byte === 10;
        most = Math.max(most, resident(lean.pid));
      });
      response.on('end', resolve);
      response.on('error', reject);
    });
    request.on('error', reject);
    for (let i = 0; i < lines / 100; i++) request.write(one.repeat(100));
    request.end();
  });
  assert.equal(count, lines);
  assert.ok(bytes > 40_000_000, `${bytes} bytes`);
  assert.ok(most - before < bytes / 4, `grew by ${most - before} bytes for ${bytes}`);
});

const openFiles = pid => readdirSync(`/proc/${pid}/fd`).length;
const settles = async (look, wanted) => {
  for (const end = Date.now() + 10_000; look() > wanted && Date.now() < end;) await new Promise(resolve => { setTimeout(resolve, 50); });
  return look();
};

test('a client that goes away leaves nothing behind', async () => {
  const before = openFiles(service.pid);
  const raws = Array.from({ length: 5 }, () => new Raw(service));
  for (const raw of raws) raw.write('POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n{}\n{}\n{"a');
  for (const end = Date.now() + 10_000; openFiles(service.pid) < before + 10 && Date.now() < end;) await new Promise(resolve => { setTimeout(resolve, 20); });
  assert.ok(openFiles(service.pid) >= before + 10, 'each has a connection and a spool');
  for (const raw of raws) raw.destroy();
  assert.ok(await settles(() => openFiles(service.pid), before) <= before, 'connections and spools are closed');
  assert.equal((await batch('{}\n')).length, 1);
});

test('a body may take longer than --body-seconds while it flows, not when it trickles', async t => {
  const quick = await startService({ settings: { 'body-seconds': 1 } });
  t.after(() => quick.stop());
  const head = 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\nContent-Length: ';
  const piece = `{${' '.repeat(69_997)}}\n`;
  const flowing = new Raw(quick), trickling = new Raw(quick);
  flowing.write(`${head}${piece.length * 8}\r\n\r\n`);
  trickling.write(`${head}560000\r\n\r\n`);
  for (let i = 0; i < 8; i++) {
    flowing.write(piece);
    trickling.write('{}\n');
    await new Promise(resolve => { setTimeout(resolve, 300); });
  }
  const [whole] = await flowing.answers(1);
  assert.equal(whole?.status, 200);
  assert.equal(linesOf(whole).length, 8);
  const [cut] = await trickling.answers(1);
  assert.equal(cut?.status, 408);
});

test('when the answers have no more room, the last line says so and where to go on', async t => {
  const folder = mkdtempSync(`${tmpdir()}/unknot-batch-`);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const binary = join(folder, 'unknot-with-small-files');
  writeFileSync(binary, `#!/bin/sh\ntrap '' XFSZ\nulimit -f 1000\nexec '${BINARY}' "$@"\n`, { mode: 0o755 });
  const small = await startService({ binary });
  t.after(() => small.stop());
  const lines = linesOf(await postText(small, TARGET, '{}\n'.repeat(200), { headers: NDJSON }));
  const alone = (await post(small, TARGET, {})).text;
  const last = lines.pop();
  assert.ok(lines.length > 1 && lines.length < 200, `${lines.length} answers`);
  assert.ok(lines.every(line => line === alone));
  problem(last, 'content_too_large', lines.length + 1);
  assert.equal((await post(small, TARGET, {})).status, 200);
});

test('--batch-mb and --batches-mb say how much room there is: for one body, and for all that are under way', async t => {
  const folder = mkdtempSync(`${tmpdir()}/unknot-batch-`);
  const config = join(folder, 'unknot.conf');
  writeFileSync(config, 'batch-mb = 1\n');
  const tight = await startService({ settings: { config } });
  t.after(async () => { await tight.stop(); rmSync(folder, { recursive: true, force: true }); });
  const alone = (await post(tight, TARGET, {})).text;
  const fit = Math.floor((1 << 20) / (alone.length + 1));
  const lines = linesOf(await postText(tight, TARGET, '{}\n'.repeat(fit + 50), { headers: NDJSON }));
  problem(lines.at(-1), 'content_too_large', lines.length);
  assert.ok(lines.length <= fit + 1 && lines.length > fit - 5, `${lines.length} of ${fit}`);
  assert.equal(linesOf(await postText(tight, TARGET, '{}\n'.repeat(fit - 5), { headers: NDJSON })).length, fit - 5);

  writeFileSync(config, 'batches-mb = 1\n'); // and batch-mb as it comes: SIGHUP takes over both
  assert.equal((await tight.reload()).event, 'reloaded');
  const half = '{}\n'.repeat(Math.ceil(fit / 2)), raw = new Raw(tight);
  raw.write(`POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${half.length + 3}\r\n\r\n${half}`);
  const counted = async () => Number((await get(tight, '/metrics')).text.match(/^unknot_http_lines_total (\d+)$/m)[1]);
  const before = await counted();
  for (const end = Date.now() + 20_000; await counted() < before + Math.ceil(fit / 2) && Date.now() < end;) await new Promise(resolve => { setTimeout(resolve, 50); });
  const crowded = linesOf(await postText(tight, TARGET, '{}\n'.repeat(fit), { headers: NDJSON }));
  assert.ok(crowded.length < fit - 5, `${crowded.length} beside the other`);
  problem(crowded.at(-1), 'content_too_large', crowded.length);
  raw.write('{}\n');
  const [first] = await raw.answers(1);
  assert.equal(linesOf(first).length, Math.ceil(fit / 2) + 1);
  raw.destroy();
});

test('each line counts as a request: where the share of an address ends, the last line says so', async t => {
  const limited = await startService({ settings: { 'address-quota': 5, 'trusted-proxies': '127.0.0.1' } });
  t.after(() => limited.stop());
  const from = address => ({ ...NDJSON, 'x-forwarded-for': address });
  const whole = await postText(limited, TARGET, '{}\n{}\n{}\n', { headers: from('192.0.2.1') });
  assert.equal(linesOf(whole).length, 3);
  assert.match(whole.headers.ratelimit, /^"address";r=2;t=\d+$/);
  const cut = await postText(limited, TARGET, '{}\n\n{}\n{}\n{"age": 1, "age": 2}\n{}\n{}\n{}', { headers: from('192.0.2.2') });
  const lines = linesOf(cut);
  assert.equal(lines.length, 6, 'five answers, and the word that there are no more');
  const last = problem(lines[5], 'too_many_requests', 7);
  assert.equal(last.status, 429);
  assert.deepEqual(last['violated-policies'], ['address']);
  problem(lines[3], 'malformed_json', 5);
  assert.match(cut.headers.ratelimit, /^"address";r=0;t=\d+$/);
  assert.equal((await postText(limited, TARGET, '{}\n', { headers: from('192.0.2.2') })).status, 429);
});

test('without a folder for the answers it is 503, and one intake is answered all the same', async t => {
  const homeless = await startService({ env: { TMPDIR: '/nowhere/at/all' } });
  t.after(() => homeless.stop());
  assert.equal((await postText(homeless, TARGET, '{}\n', { headers: NDJSON })).status, 503);
  assert.equal((await post(homeless, TARGET, {})).status, 200);
});

test('who sends it is known before the first line: a key of the database is looked up, a wrong one refused', async t => {
  const clinic = new Clinic();
  t.after(() => clinic.end());
  const guarded = await clinic.start();
  const body = people.map(p => JSON.stringify(p)).join('\n');
  const key = clinic.makeKey();
  const unknown = `unk_${'0'.repeat(32)}_${'A'.repeat(12)}_${'A'.repeat(43)}`;
  for (let round = 0; round < 2; round++) { // asked of the database, then remembered
    const send = (who, options) => postText(guarded, TARGET, body, { ...options, headers: { ...NDJSON, ...bearer(who), ...options?.headers } });
    assert.equal(linesOf(await send(key)).length, 3);
    assert.equal((await send(unknown)).status, 401);
  }
  const polite = new Raw(guarded);
  polite.write(`POST /recommendations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${clinic.makeKey()}\r\nExpect: 100-continue\r\n`
    + 'Content-Type: application/x-ndjson\r\nContent-Length: 6\r\n\r\n');
  for (const end = Date.now() + 10_000; !polite.received.includes('100 Continue') && Date.now() < end;) await new Promise(resolve => { setTimeout(resolve, 20); });
  polite.write('{}\n{}\n');
  const [answer] = await polite.answers(1);
  assert.equal(linesOf(answer).length, 2);
  polite.destroy();
  const limited = await startService({ settings: { 'database-url': clinic.url(), 'caller-quota': 4 } });
  t.after(() => limited.stop());
  for (const lines of [2, 3]) { // the first time the key is looked up in between
    const counted = await postText(limited, TARGET, '{}\n'.repeat(lines), { headers: { ...NDJSON, ...bearer(key) } });
    const left = lines === 2 ? 2 : 0;
    assert.match(counted.headers.ratelimit, new RegExp(`^"caller";r=${left};t=\\d+$`));
    if (!left) problem(linesOf(counted)[2], 'too_many_requests', 3);
  }
});
