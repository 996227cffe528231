// OWASP API Security Top 10 (2023), a test or more for each point; the names of the tests say which. What access.test.mjs,
// guarded.test.mjs, raw.test.mjs and bad_input.test.mjs prove for every operation is here once, as the attack it answers.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { contract, operations } from './lib/contract.mjs';
import { sharedDesk } from './lib/desk.mjs';
import { Raw, call } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { startService } from './lib/service.mjs';

const desk = sharedDesk();
const b64 = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

// A service that takes tokens, and a listener nobody may call: what a token names is never fetched.
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
const claims = { iss: 'https://issuer.test', aud: 'unknot', sub: 'x', tenant: '00000000-0000-4000-8000-000000000000', scope: 'plans:read',
  iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 600 };
let folder, tokens, trap, calls = 0;
before(async () => {
  folder = mkdtempSync(`${tmpdir()}/unknot-owasp-`);
  writeFileSync(`${folder}/jwks.json`, JSON.stringify({ keys: [jwk, { kty: 'oct', kid: 'oct', k: b64('symmetric') }] }));
  tokens = await startService({ settings: { 'jwt-issuer': claims.iss, 'jwt-audience': claims.aud, jwks: `${folder}/jwks.json` } });
  trap = net.createServer(socket => { calls++; socket.destroy(); });
  await new Promise(resolve => { trap.listen(0, '127.0.0.1', resolve); });
});
after(async () => {
  trap?.close();
  await tokens?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('API1 broken object level authorization: an id of somebody else is worth nothing', async () => {
  const plan = await desk.newPlan('O-one'), session = await desk.newSession(plan, { status: 'done', planned_on: '2026-11-20' });
  const strangers = [desk.makeKey('--tenant', 'owasp-other', '--new-tenant'), desk.makeKey('--patient', 'O-two'), desk.makeKey('--therapist', 't-nobody')];
  const targets = [['GET', ''], ['GET', '/history'], ['GET', '/sessions'], ['GET', `/sessions/${session.session_id}`], ['GET', '/progress'],
    ['GET', '/measurements'], ['GET', '/summary'], ['GET', '/calendar.ics'], ['DELETE', ''], ['DELETE', `/sessions/${session.session_id}`]];
  for (const key of strangers)
    for (const [method, rest] of targets) {
      const answer = await desk.write(method, `/care-plans/${plan.id}${rest}`, undefined, { key, headers: { 'if-match': '*' } });
      assert.equal(answer.status, 404, `${method} ${rest}`);
    }
  const mine = await desk.newPlan('O-two');
  const crossed = await desk.get(`/care-plans/${mine.id}/sessions/${session.session_id}`, { key: strangers[1] });
  assert.equal(crossed.status, 404, 'a session of another plan below a plan of my own');
  const swapped = `${mine.id.split('.')[0]}.${plan.id.split('.')[1]}`;
  assert.equal((await desk.get(`/care-plans/${swapped}`, { key: strangers[1] })).status, 404, 'my patient with their plan');
});

test('API2 broken authentication: forged, unsigned, confused and guessed credentials', async () => {
  const secretOf = jwk.n;
  const forged = {
    none: `${b64({ alg: 'none', kid: 'k1' })}.${b64(claims)}.`,
    'none, spelt otherwise': `${b64({ alg: 'NonE', kid: 'k1' })}.${b64(claims)}.`,
    'the public key as a secret': (() => { const input = `${b64({ alg: 'HS256', kid: 'k1' })}.${b64(claims)}`; return `${input}.${createHmac('sha256', secretOf).update(input).digest('base64url')}`; })(),
    'a symmetric key of the set': (() => { const input = `${b64({ alg: 'HS256', kid: 'oct' })}.${b64(claims)}`; return `${input}.${createHmac('sha256', 'symmetric').update(input).digest('base64url')}`; })(),
    'no kid': `${b64({ alg: 'RS256' })}.${b64(claims)}.${b64('x'.repeat(256))}`,
    'a kid that is a path': `${b64({ alg: 'RS256', kid: '../../etc/passwd' })}.${b64(claims)}.${b64('x'.repeat(256))}`,
    'a kid that is SQL': `${b64({ alg: 'RS256', kid: "k1' OR '1'='1" })}.${b64(claims)}.${b64('x'.repeat(256))}`,
    'two dots': '..', 'one part': b64(claims), 'a long one': 'a'.repeat(7000),
  };
  for (const [name, token] of Object.entries(forged))
    assert.ok([401, 431].includes((await call(tokens, 'GET', '/care-plans', { headers: { authorization: `Bearer ${token}` } })).status), name);
  const guess = `${desk.key.slice(0, -4)}AAAA`;
  assert.equal((await desk.get('/care-plans', { key: guess })).status, 401, 'a key with another end');
  const inQuery = await desk.get(`/care-plans?api_key=${desk.key}`, { key: null });
  assert.equal(inQuery.status, 401, 'a key in a place where logs would keep it');
  assert.ok(!desk.service.output.join('').includes(desk.key.slice(-20)));
});

test('API3 broken object property level authorization: members that are not the caller’s to set are refused by name', async () => {
  const plan = await desk.newPlan('O-mass');
  const body = { patient: 'O-mass', intake: example('office-worker') };
  const more = { id: plan.id, version: 9, created_by: 'operator', tenant_id: 'x', decision: {}, decision_id: 'd_0', session_count: -1, deleted_at: null, review_needed: [], __proto__x: 1, plan: {} };
  for (const [name, value] of Object.entries(more)) {
    const made = await desk.write('POST', '/care-plans', { ...body, [name]: value });
    assert.equal(made.status, 422, name);
    assert.ok(made.json.errors.some(e => e.pointer === `#/${name}`), made.text);
  }
  for (const [name, value] of Object.entries({ ...more, patient: 'O-else', knowledge_version: '9' })) {
    const changed = await desk.patch(`/care-plans/${plan.id}`, { [name]: value });
    assert.equal(changed.status, 422, name);
  }
  const session = await desk.write('POST', `/care-plans/${plan.id}/sessions`, { status: 'done', planned_on: '2026-11-20', triage: 'self_care', number: 99, session_id: 's-x' });
  assert.deepEqual(session.json.errors.map(e => e.pointer).sort(), ['#/number', '#/session_id', '#/triage']);
  assert.equal((await desk.get(`/care-plans/${plan.id}`)).json.version, 1, 'nothing of it was stored');
  for (const target of ['/care-plans', `/care-plans/${plan.id}`, `/care-plans/${plan.id}/history`, '/audit-events', '/patients/O-mass/export'])
    assert.doesNotMatch((await desk.get(target)).text, /"(tenant_id|hash|secret|patient_secret|cursor_secret)"/, target);
});

test('API4 unrestricted resource consumption: sizes, depths, pages and packed bodies have an end', async () => {
  const headers = { 'content-type': 'application/json' };
  assert.equal((await desk.send('POST', '/recommendations', { body: `{"findings":[${'1,'.repeat(200_000)}1]}`, headers })).status, 413);
  assert.equal((await desk.send('POST', '/recommendations', { body: `${'['.repeat(5000)}${']'.repeat(5000)}`, headers })).status, 400);
  assert.equal((await desk.send('POST', '/recommendations', { body: Buffer.alloc(100), headers: { ...headers, 'content-encoding': 'gzip' } })).status, 415);
  for (const limit of ['0', '-1', '201', '1e9', '999999999999999999999'])
    assert.equal((await desk.get(`/care-plans?limit=${limit}`)).status, 422, limit);
  const many = Array.from({ length: 5000 }, () => ({ id: 'rf_saddle', state: 'present' }));
  assert.equal((await desk.send('POST', '/recommendations', { json: { findings: many } })).status, 422);
  const limited = await startService({ settings: { 'address-quota': 3, 'trusted-proxies': '127.0.0.1' } });
  try {
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push((await fetch(`${limited.url}/techniques`, { headers: { 'x-forwarded-for': '192.0.2.7' } })).status);
    assert.deepEqual(seen, [200, 200, 200, 429, 429, 429]);
  } finally { await limited.stop(); }
});

test('API5 broken function level authorization: a method or a path more does not open what a scope closes', async () => {
  const patient = desk.makeKey('--patient', 'O-five'), reader = desk.makeKey('--scopes', 'plans:read');
  const plan = await desk.newPlan('O-five');
  const forbidden = [['POST', '/therapists', { name: 'x' }], ['DELETE', '/patients/O-five'], ['GET', '/audit-events'], ['POST', `/care-plans/${plan.id}/clearances`, { role: 'doctor', recorded: '2026-11-01' }]];
  for (const [method, target, json] of forbidden)
    assert.equal((await desk.write(method, target, json, { key: patient })).status, 403, `${method} ${target}`);
  for (const headers of [{ 'x-http-method-override': 'DELETE' }, { 'x-original-url': `/care-plans/${plan.id}` }, { 'x-rewrite-url': '/audit-events' }])
    assert.equal((await desk.get(`/care-plans/${plan.id}`, { key: reader, headers })).status, 200, 'and it only read');
  assert.equal((await desk.get(`/care-plans/${plan.id}`)).json.version, 1);
  assert.equal((await desk.write('PATCH', `/care-plans/${plan.id}`, { title: 'x' }, { key: reader, headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json' } })).status, 403);
});

test('API6 unrestricted access to sensitive business flows: nobody clears themselves, and a plan is no way around its own limits', async () => {
  const patient = desk.makeKey('--patient', 'O-six');
  const cleared = await desk.write('POST', '/care-plans', { patient: 'O-six', intake: example('cleared-by-doctor') }, { key: patient });
  assert.equal(cleared.status, 403, 'a clearance inside of the answers');
  const plan = await desk.newPlan('O-six');
  const recheck = await desk.write('POST', `/care-plans/${plan.id}/re-checks`, { intake: example('cleared-by-doctor') }, { key: patient });
  assert.equal(recheck.status, 403, 'or of a re-check');
  assert.equal((await desk.write('POST', `/care-plans/${plan.id}/sessions`, { planned_on: plan.starts_on }, { key: patient })).status, 201);
  const soon = await desk.write('POST', `/care-plans/${plan.id}/sessions`, { planned_on: plan.starts_on }, { key: patient });
  assert.ok([409, 422].includes(soon.status), 'a second one on the same day');
});

test('API7 server side request forgery: nothing a caller names is ever fetched', async () => {
  const url = `http://127.0.0.1:${trap.address().port}/jwks.json`;
  for (const header of [{ jku: url }, { x5u: url }, { jwk, jku: url }, { kid: url }]) {
    const token = `${b64({ alg: 'RS256', kid: 'unknown', ...header })}.${b64({ ...claims, iss: url })}.${b64('x'.repeat(256))}`;
    assert.equal((await call(tokens, 'GET', '/care-plans', { headers: { authorization: `Bearer ${token}` } })).status, 401);
  }
  const plan = await desk.newPlan(url, { title: url });
  await desk.get(`/care-plans/${plan.id}/summary`, { headers: { accept: 'application/pdf' } });
  await desk.send('POST', '/recommendations', { json: { medications: [{ text: url }] } });
  for (const o of operations.filter(o => o.path.startsWith('/cds-services') && o.method === 'POST'))
    await fetch(`${tokens.url}${o.path.replace(/\{\w+\}/, 'unknot-order-sign')}`, { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hook: 'order-sign', hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea', fhirServer: url, fhirAuthorization: { access_token: 'x' }, context: { patientId: '1', userId: 'Practitioner/1', draftOrders: { resourceType: 'Bundle', entry: [] } } }) });
  const refused = await startService({ settings: { 'jwt-issuer': 'x', 'jwt-audience': 'y', jwks: 'https://169.254.169.254/latest/meta-data' } }).then(s => s.stop().then(() => 'started'), () => 'refused');
  assert.equal(refused, 'refused', 'a URL of keys that is not on the list');
  assert.equal(calls, 0);
});

test('API8 security misconfiguration: errors tell nothing of the inside, and no header invites', async () => {
  const texts = [];
  for (const [method, target, options] of [['GET', '/nothing'], ['POST', '/recommendations', { body: '{', headers: { 'content-type': 'application/json' } }], ['GET', '/techniques/%00'],
    ['PUT', '/care-plans'], ['GET', '/care-plans/x'], ['GET', '/care-plans?cursor=AAAA.BBBB']]) {
    const answer = await desk.send(method, target, options);
    texts.push(answer.text, JSON.stringify(answer.headers));
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['access-control-allow-credentials'], undefined);
    assert.equal(answer.headers.server, undefined);
    assert.equal(answer.headers['x-powered-by'], undefined);
  }
  assert.doesNotMatch(texts.join('\n'), /\/(work|home|tmp|usr|service)\/|\.c:\d+|SELECT |unknot_app|postgres|SQLSTATE|libpq|ulfius|microhttpd/i);
  const raw = new Raw(desk.service);
  raw.write('TRACE / HTTP/1.1\r\nHost: x\r\nCookie: secret\r\nConnection: close\r\n\r\n');
  const [traced] = await raw.answers(1);
  raw.destroy();
  assert.ok([405, 501].includes(traced.status) && !traced.text.includes('secret'));
  const evil = await desk.get('/', { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });
  assert.ok(!evil.text.includes('evil.example') && !JSON.stringify(evil.headers).includes('evil.example'));
});

test('API9 improper inventory management: what is served is in the contract, and nothing else is', async () => {
  for (const path of ['/admin', '/debug', '/debug/pprof', '/.env', '/.git/config', '/v1/techniques', '/api/techniques', '/swagger.json', '/actuator', '/server-status', '/techniques/', '//techniques', '/TECHNIQUES', '/metrics.json'])
    assert.equal((await desk.get(path)).status, 404, path);
  const index = (await desk.get('/')).json.links.map(l => `${l.method} ${l.href}`).sort();
  assert.deepEqual(index.filter(l => !operations.some(o => `${o.method} ${o.path}` === l)), []);
  assert.equal((await desk.get('/openapi.json')).json.info.version, contract.info.version);
});

test('API10 unsafe consumption of APIs: keys of an issuer are judged before they count', async () => {
  for (const [name, text] of Object.entries({ 'no JSON': '<html>', 'no keys': '{"keys":[]}', 'only symmetric ones': JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', k: b64('x') }] }),
    'a weak one': JSON.stringify({ keys: [{ kty: 'RSA', kid: 'w', n: b64('short'), e: 'AQAB' }] }), 'too deep': '['.repeat(10_000), 'a private one': JSON.stringify({ keys: [{ ...jwk, d: b64('private') }] }) })) {
    writeFileSync(`${folder}/bad.json`, text);
    const service = await startService({ settings: { 'jwt-issuer': claims.iss, 'jwt-audience': claims.aud, jwks: `${folder}/bad.json` } }).catch(error => error);
    if (service instanceof Error) {
      assert.match(service.message, /the service ended|did not become ready/, name);
      continue;
    }
    const input = `${b64({ alg: 'HS256', kid: 'a' })}.${b64(claims)}`;
    const token = `${input}.${createHmac('sha256', 'x').update(input).digest('base64url')}`;
    const answer = await call(service, 'GET', '/care-plans', { headers: { authorization: `Bearer ${token}` } });
    assert.ok([401, 503].includes(answer.status), `${name}: ${answer.status}`);
    await service.stop();
  }
});
