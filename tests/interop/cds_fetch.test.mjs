// What a CDS call leaves out is fetched from the clinic's FHIR server, if the operator named it, letter by letter: and from nobody else, whatever a
// call or an answer says.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { get, post, sleep } from '../api/lib/http.mjs';
import { makeIdentity } from '../api/lib/identity.mjs';
import { startService } from '../api/lib/service.mjs';
import { bundle, cds, order, prefetchOf, request } from './lib/cds.mjs';
import { startEhr } from './lib/ehr.mjs';

const TOKEN = 'secret-token.of~the_call';
const folder = mkdtempSync(join(tmpdir(), 'unknot-fetch-'));
const [ehr, evil] = [await startEhr(), await startEhr()];
const startWith = (servers, more = {}, env = {}) =>
  startService({ settings: { 'cds-fhir-servers': servers.join(','), 'cds-fetch-ms': 10_000, 'request-ms': 30_000, ...more }, env });
// A proxy of the environment is nobody's choice for a patient's record.
const proxies = Object.fromEntries(['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map(n => [n, evil.origin]));
const service = await startWith(['https://other-ehr.example/r4', `${ehr.base}/`], {}, proxies);
after(async () => {
  ehr.end();
  evil.end();
  await service.stop();
});

const subject = { reference: 'Patient/p1' };
const man = { resourceType: 'Patient', id: 'p1', gender: 'male', birthDate: '1956-03-01' };
const apixaban = {
  resourceType: 'MedicationRequest', id: 'm1', status: 'active', intent: 'order', subject,
  medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430' }] },
};
const backPain = {
  resourceType: 'Condition', id: 'c1', subject, clinicalStatus: { coding: [{ code: 'active' }] },
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.50' }] },
};
const record = [man, apixaban, backPain];
const bearer = { access_token: TOKEN, token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'cds' };
const ask = ({ prefetch = {}, hook = 'order-sign', at = service, ...more } = {}) =>
  cds(at, hook, request(hook, { orders: [order('Deep tissue massage')], prefetch, fhirServer: ehr.base, fhirAuthorization: bearer, ...more }));
const contraindicated = json => json.cards.find(c => c.indicator === 'critical');
const partial = json => json.cards.some(c => c.detail.includes('Not the whole record'));

async function isNotAsked(answer, where = ehr) {
  const { status, json } = await answer;
  assert.equal(status, 412);
  assert.match(json.detail, /may not fetch/);
  assert.deepEqual([...where.paths, ...evil.paths], []);
}

// ---- what is fetched ----

test('what was not sent is fetched by the templates, with the token of the call, and gives the same cards', async () => {
  ehr.reset(record);
  const fetched = await ask();
  assert.equal(fetched.status, 200, fetched.text);
  assert.ok(contraindicated(fetched.json));
  assert.ok(!partial(fetched.json));
  const sent = await ask({ prefetch: prefetchOf(record) });
  const bare = ({ cards }) => cards.map(c => [c.summary, c.detail, c.indicator]);
  assert.deepEqual(bare(fetched.json), bare(sent.json));
  const { json: { services: [{ prefetch }] } } = await get(service, '/cds-services');
  const templates = Object.values(prefetch).map(t => `/fhir/${t.replaceAll('{{context.patientId}}', 'p1').replaceAll('|', '%7C')}`);
  assert.deepEqual(ehr.paths.sort(), templates.sort());
  for (const { headers } of ehr.asked) {
    assert.equal(headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(headers.accept, 'application/fhir+json');
    assert.equal(headers.cookie, undefined);
  }
  assert.deepEqual(evil.paths, [], 'no proxy of the environment is used');
});

test('what was sent is not fetched, nor what the client looked for in vain', async () => {
  ehr.reset(record);
  assert.equal((await ask({ prefetch: { ...prefetchOf(record), conditions: null } })).status, 200);
  assert.deepEqual(ehr.paths, []);
  const { observations, ...rest } = prefetchOf(record);
  const answer = await ask({ prefetch: rest });
  assert.equal(answer.status, 200);
  assert.equal(ehr.paths.length, 1);
  assert.match(ehr.paths[0], /^\/fhir\/Observation\?patient=p1&/);
});

test('what the client could not read is tried again', async () => {
  ehr.reset(record);
  const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] };
  const answer = await ask({ prefetch: { ...prefetchOf(record), medicationRequests: outcome } });
  assert.ok(contraindicated(answer.json));
  assert.equal(ehr.paths.length, 1);
});

test('orders that are not about massage need no record, so nobody is asked', async () => {
  ehr.reset(record);
  assert.deepEqual((await ask({ orders: [order('Chest X-ray')] })).json, { cards: [] });
  assert.deepEqual(ehr.paths, []);
});

test('a server without authorization is asked without a token; the slash at its end means nothing', async () => {
  ehr.reset(record);
  assert.equal((await ask({ fhirAuthorization: undefined, fhirServer: `${ehr.base}/`, hook: 'patient-view' })).status, 200);
  assert.ok(ehr.asked.length > 0 && ehr.asked.every(a => a.headers.authorization === undefined));
});

test('nothing is kept: the next call asks again', async () => {
  ehr.reset(record);
  await ask();
  const first = ehr.asked.length;
  ehr.record = [man, backPain];
  const answer = await ask();
  assert.equal(ehr.asked.length, 2 * first);
  assert.ok(!answer.json.cards.some(c => c.detail.includes('anticoagul')));
});

// ---- pages ----

/** MedicationRequest in pages: the last holds apixaban. `link` makes the next link of page n. */
const paged = (pages, link = n => `${ehr.base}/MedicationRequest?_page=${n}`) => (req, response) => {
  const page = Number(/_page=(\d+)/.exec(req.url)?.[1] ?? 1);
  const one = page === pages ? apixaban : { ...apixaban, id: `m-${page}`, medicationCodeableConcept: { text: 'paracetamol' } };
  ehr.json(response, { ...bundle(one), type: 'searchset', ...(page < pages ? { link: [{ relation: 'self', url: 'x' }, { relation: 'next', url: link(page + 1) }] } : {}) });
};

for (const [name, link] of [
  ['absolute', undefined], ['below the base with a query alone', n => `${ehr.base}?_getpages=MedicationRequest&_page=${n}`],
  ['relative to the base', n => `MedicationRequest?_page=${n}`],
]) test(`all pages are read: links ${name}`, async () => {
  const medicines = paged(4, link);
  ehr.reset(record, { MedicationRequest: medicines, all: (req, res) => (req.url.startsWith('/fhir?') ? medicines(req, res) : ehr.json(res, bundle())), Patient: (_, res) => ehr.json(res, man) });
  const answer = await ask();
  assert.ok(contraindicated(answer.json), answer.text);
  assert.ok(!partial(answer.json));
  assert.equal(ehr.paths.filter(p => p.includes('_page=')).length, 3);
});

test('the pages that follow a first one that was sent are read', async () => {
  ehr.reset(record, { MedicationRequest: paged(3) });
  const first = { ...bundle({ ...apixaban, medicationCodeableConcept: { text: 'paracetamol' } }), type: 'searchset', link: [{ relation: 'next', url: `${ehr.base}/MedicationRequest?_page=2` }] };
  const answer = await ask({ prefetch: { ...prefetchOf([man, backPain]), medicationRequests: first } });
  assert.ok(contraindicated(answer.json), answer.text);
  assert.ok(!partial(answer.json));
  assert.equal(ehr.paths.length, 2);
});

test('pages without end come to an end, and the cards say that there was more', async () => {
  ehr.reset(record, { MedicationRequest: paged(Infinity) });
  const answer = await ask();
  assert.equal(answer.status, 200);
  assert.ok(partial(answer.json));
  assert.equal(ehr.paths.filter(p => p.includes('MedicationRequest')).length, 10);
});

test('a page that fails leaves what was read, and the cards say that there was more', async () => {
  ehr.reset(record, { MedicationRequest: (req, res) => (req.url.includes('_page=') ? res.writeHead(500).end() : paged(2)(req, res)) });
  const answer = await ask();
  assert.equal(answer.status, 200);
  assert.ok(partial(answer.json));
});

const host = `127.0.0.1:${ehr.port}`;
for (const url of [
  evil.base, `${evil.base}/MedicationRequest?_page=2`, `http://${host}@127.0.0.1:${evil.port}/fhir/x`, `http://${host}:80@127.0.0.1:${evil.port}/fhir?x`,
  `//127.0.0.1:${evil.port}/fhir/x`, `/fhir/MedicationRequest?_page=2`, `${ehr.base}.evil.example/x`, `${ehr.base}@evil.example/`, `${ehr.base}/../admin`, `${ehr.base}/%2e%2e/admin`,
  `${ehr.base}/.%2E/admin`, `http://localhost:${ehr.port}/fhir/x`, `http://127.0.0.1.:${ehr.port}/fhir/x`, `http://[::ffff:127.0.0.1]:${ehr.port}/fhir/x`, `https://${host}/fhir/x`,
  `HTTP://${host}/fhir/x`, `http://user:pw@${host}/fhir/x`, `http://${host}/other/x`, `file:///etc/passwd`, `javascript:1`, `${ehr.base}/a b`, `${ehr.base}/a\r\nX: y`, `${ehr.base}/#x`, `${ehr.base}\\x`,
  `${ehr.base}/${'x'.repeat(4000)}`, '', 7,
]) test(`a next page elsewhere is not asked for: ${String(url).slice(0, 70)}`, async () => {
  ehr.reset(record, { MedicationRequest: (_, res) => ehr.json(res, { ...bundle({ ...apixaban, medicationCodeableConcept: { text: 'paracetamol' } }), link: [{ relation: 'next', url }] }) });
  const answer = await ask();
  assert.equal(answer.status, 200, answer.text);
  assert.ok(partial(answer.json));
  assert.equal(ehr.asked.length, 7, 'once for each template');
  assert.deepEqual(evil.paths, []);
});

// ---- answers that are none ----

const huge = 'x'.repeat(3 << 20);
for (const [name, answer, words] of [
  ['401', (_, res) => res.writeHead(401).end(), /answered 401/], ['403', (_, res) => res.writeHead(403).end('{}'), /answered 403/],
  ['404', (_, res) => res.writeHead(404).end(), /answered 404/], ['500', (_, res) => res.writeHead(500).end(), /answered 500/], ['204', (_, res) => res.writeHead(204).end(), /answered 204/],
  ['302', (_, res) => res.writeHead(302, { location: `${evil.base}/Patient/p1` }).end(), /answered 302/], ['307', (_, res) => res.writeHead(307, { location: '/fhir/Patient/p1' }).end(), /answered 307/],
  ['an OperationOutcome', (_, res) => ehr.json(res, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden', diagnostics: 'secret words' }] }), /OperationOutcome/],
  ['HTML', (_, res) => ehr.json(res, '<html>log in</html>', { type: 'text/html' }), /with JSON/], ['JSON that says it is text', (_, res) => ehr.json(res, man, { type: 'text/plain' }), /with JSON/],
  ['no type', (_, res) => res.writeHead(200).end(JSON.stringify(man)), /with JSON/], ['half a document', (_, res) => ehr.json(res, '{"resourceType":"Patient",'), /broken/],
  ['a list', (_, res) => ehr.json(res, '[]'), /another resource/], ['nothing', (_, res) => ehr.json(res, ''), /broken/], ['a Bundle for a read', (_, res) => ehr.json(res, bundle(man)), /another resource/],
  ['another patient', (_, res) => ehr.json(res, { ...man, id: 'p2' }), /another patient/], ['gzip', (_, res) => ehr.json(res, '\x1f\x8bxxx', { headers: { 'content-encoding': 'gzip' } }), /broken/],
  ['more than fits', (_, res) => ehr.json(res, { ...man, text: huge }), /too long/], ['more than it says', (_, res) => { res.writeHead(200, { 'content-type': 'application/fhir+json' }); for (let i = 0; i < 40; i++) res.write(huge.slice(0, 100_000)); res.end(); }, /too long/],
  ['headers without end', (_, res) => { res.socket.write('HTTP/1.1 200 OK\r\n'); for (let i = 0; i < 300; i++) res.socket.write(`X-${i}: ${'y'.repeat(1000)}\r\n`); res.socket.end('\r\n'); }, /could not be fetched/],
  ['a hang-up', (_, res) => res.socket.destroy(), /could not be fetched/], ['half an answer', (_, res) => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': 999 }); res.write('{'); setTimeout(() => res.socket.destroy(), 20); }, /could not be fetched/],
  ['no HTTP', (_, res) => res.socket.end('hello\r\n\r\n'), /could not be fetched/],
]) test(`the patient is needed, and the server gives ${name}: 412 with the reason`, async () => {
  ehr.reset(record, { Patient: answer });
  const { status, json, text } = await ask();
  assert.equal(status, 412, text);
  assert.match(json.detail, /its server did not give it/);
  assert.deepEqual(json.errors.map(e => e.pointer), ['#/prefetch/patient']);
  assert.match(json.errors[0].detail, words);
  assert.doesNotMatch(text, /secret/);
  assert.deepEqual(evil.paths, []);
});

test('an optional part that cannot be had: cards that say so', async () => {
  ehr.reset(record, { AllergyIntolerance: (_, res) => res.writeHead(403).end() });
  const { status, json } = await ask();
  assert.equal(status, 200);
  assert.ok(json.cards.length && json.cards.every(c => c.detail.includes('`allergies`')));
});

test('records of others in an answer are not used', async () => {
  ehr.reset([man, { ...apixaban, subject: { reference: 'Patient/p2' } }, backPain]);
  const { json } = await ask();
  assert.ok(!json.cards.some(c => /anticoagul/.test(c.summary)));
});

// ---- whom nobody asks ----

for (const fhirServer of [
  undefined, evil.base, `${evil.base}/`, `http://${host}`, `http://${host}/`, `http://${host}/fhir2`, `http://${host}/fhir/x`, `http://${host}/fhir//`, `http://${host}/fhir?x`, `http://${host}/fhir#x`,
  `http://${host}/FHIR`, `http://${host}/x/../fhir`, `http://${host}/%66hir`, `HTTP://${host}/fhir`, `https://${host}/fhir`, `http://127.0.0.1/fhir`, `http://127.0.0.1:${ehr.port + 1}/fhir`, `http://127.0.0.1.:${ehr.port}/fhir`,
  `http://localhost:${ehr.port}/fhir`, `http://127.1:${ehr.port}/fhir`, `http://2130706433:${ehr.port}/fhir`, `http://[::1]:${ehr.port}/fhir`, `http://[::ffff:7f00:1]:${ehr.port}/fhir`, `http://user@${host}/fhir`, `http://${host}@127.0.0.1:${evil.port}/fhir`,
  `http://127.0.0.1:${evil.port}/fhir#@${host}/fhir`, `http://127.0.0.1:0${ehr.port}/fhir`, `${ehr.base},${evil.base}`, `//${host}/fhir`, 'file:///etc/passwd', 'x', '',
]) test(`not on the list: ${fhirServer}`, async () => {
  ehr.reset(record);
  const body = { fhirServer, ...(fhirServer === undefined ? { fhirAuthorization: undefined } : {}) };
  if (fhirServer === '') body.fhirAuthorization = undefined;
  await isNotAsked(ask(body));
});

for (const patientId of ['..', '../Patient/p2', 'p1/../p2', 'p1?x=y', 'p1#x', 'p1&_id=p2', 'p 1', 'x'.repeat(65), 'pé', 'Patient/../p1', 'Patient/'])
  test(`an id that is none is not put into a URL: ${patientId}`, async () => {
    ehr.reset(record);
    const answer = await ask({ context: { patientId } });
    assert.ok([400, 412].includes(answer.status), answer.text);
    assert.deepEqual(ehr.paths, []);
  });

for (const [name, fhirAuthorization] of [
  ['with a line break', { ...bearer, access_token: 'a\r\nX-Evil: 1' }], ['with a space', { ...bearer, access_token: 'a b' }], ['of 9,000 bytes', { ...bearer, access_token: 'a'.repeat(9000) }], ['that is empty', { ...bearer, access_token: '' }],
  ['that is a number', { ...bearer, access_token: 7 }], ['of another type', { ...bearer, token_type: 'mac' }], ['for another patient', { ...bearer, patient: 'p2' }], ['that is missing', { token_type: 'Bearer' }],
]) test(`a token ${name} is not sent`, async () => {
  ehr.reset(record);
  await isNotAsked(ask({ fhirAuthorization }));
});

test('nothing of token or record is in the log; that a server failed is', () => {
  const said = [...service.output, ...service.errors].join('\n');
  assert.doesNotMatch(said, /secret|Patient\/p1|patient=p1|1364430|M54/);
  const failures = service.logs.filter(e => e.event === 'fhir_server_failed');
  assert.ok(failures.some(e => e.server === ehr.base && e.part === 'patient' && /401/.test(e.why)));
});

// ---- time ----

test('a slow server costs its callers a moment and others nothing; silent, it is left alone, and tried again later', async () => {
  const slow = await startEhr();
  const held = [];
  slow.special.all = (_, res) => held.push(res);
  const own = await startWith([slow.base, ehr.base], { workers: 2, 'cds-fetch-ms': 300 });
  const count = async name => Number(new RegExp(`^unknot_fhir_servers_${name} (\\d+)`, 'm').exec((await get(own, '/metrics')).text)[1]);
  try {
    const calls = Array.from({ length: 12 }, () => ask({ at: own, fhirServer: slow.base }));
    const decision = await post(own, '/recommendations', {});
    assert.equal(decision.status, 200);
    for (const { status, json } of await Promise.all(calls)) {
      assert.equal(status, 412);
      assert.match(json.errors[0].detail, /no answer in time|not to be asked just now/);
    }
    assert.ok(await count('not_asked_total') > 0, 'one waits, the others are told at once');
    for (let i = 0; i < 3; i++) await ask({ at: own, fhirServer: slow.base });
    const before = slow.asked.length;
    await ask({ at: own, fhirServer: slow.base });
    assert.equal(slow.asked.length, before, 'silent three times: it is left alone');
    ehr.reset(record);
    assert.equal((await ask({ at: own })).status, 200, 'another server is asked all the same');
    slow.special = {};
    slow.record = record;
    for (const end = Date.now() + 20_000; (await ask({ at: own, fhirServer: slow.base })).status !== 200;) {
      assert.ok(Date.now() < end, 'it is never tried again');
      await sleep(500);
    }
    assert.equal((await ask({ at: own, fhirServer: slow.base })).status, 200, 'and is asked as before');
    assert.ok(await count('silent_total') >= 3 && await count('answered_total') >= 3);
    assert.equal(await count('asking'), 0);
  } finally {
    slow.end();
    await own.stop();
  }
});

test('a server that drips is cut at the end of its time', async () => {
  let timer;
  ehr.reset(record, { Patient: (_, res) => { res.writeHead(200, { 'content-type': 'application/fhir+json' }); timer = setInterval(() => res.write(' '), 50); } });
  const own = await startWith([ehr.base], { 'cds-fetch-ms': 400 });
  const { status, json } = await ask({ at: own });
  clearInterval(timer);
  await own.stop();
  assert.equal(status, 412);
  assert.match(json.errors[0].detail, /no answer in time/);
});

test('the service ends while it waits for a server', async () => {
  const slow = await startEhr();
  slow.special.all = () => {};
  const own = await startWith([slow.base], { 'cds-fetch-ms': 3000 });
  const call = ask({ at: own, fhirServer: slow.base }).catch(() => null);
  while (!slow.asked.length) await sleep(20);
  await own.stop();
  await call;
  slow.end();
});

// ---- TLS ----

const identity = makeIdentity(), stranger = makeIdentity(), misnamed = makeIdentity({ hosts: 'DNS:ehr.example' });
for (const [name, theirs, trusted, status] of [['that is vouched for', identity, identity, 200], ['that nobody vouches for', stranger, identity, 412],
  ['of another name', misnamed, misnamed, 412], ['that only the system could vouch for', identity, null, 412]])
  test(`TLS with a certificate ${name}: ${status}`, async () => {
    const secure = await startEhr({ identity: theirs });
    secure.record = record;
    if (trusted) writeFileSync(join(folder, 'ca.pem'), trusted.certificate);
    const own = await startWith([secure.base], trusted ? { 'outbound-ca': join(folder, 'ca.pem') } : {});
    const answer = await ask({ at: own, fhirServer: secure.base });
    secure.end();
    await own.stop();
    assert.equal(answer.status, status, answer.text);
    if (status === 412) assert.deepEqual(secure.paths, []);
  });

// ---- the list ----

test('the service does not start with plain HTTP to elsewhere on the list', async () => {
  await assert.rejects(startWith([ehr.base, 'http://ehr.example/fhir']), /cds-fhir-servers: 'http:\/\/ehr.example\/fhir': needs https/);
});

test('the service does not start with authorities that cannot be read', async () => {
  await assert.rejects(startService({ settings: { 'outbound-ca': join(folder, 'none.pem') } }), /outbound-ca: cannot read/);
});

test('SIGHUP takes over another list', async () => {
  const file = join(folder, 'unknot.conf');
  writeFileSync(file, '');
  const own = await startService({ settings: { config: file } });
  ehr.reset(record);
  assert.equal((await ask({ at: own })).status, 412);
  writeFileSync(file, `cds-fhir-servers = ${ehr.base}\n`);
  assert.equal((await own.reload()).event, 'reloaded');
  assert.equal((await ask({ at: own })).status, 200);
  writeFileSync(file, 'cds-fhir-servers = http://ehr.example/fhir\n');
  assert.equal((await own.reload()).event, 'reload_refused');
  assert.equal((await ask({ at: own })).status, 200);
  await own.stop();
});
