// Clinic systems prove who they are by signed tokens: every way in which one may be wrong, and the few in which it is right.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { call } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { request, serviceOf } from './lib/cds.mjs';

const ISSUER = 'https://ehr.example', OTHER = 'https://other-ehr.example', BASE = 'https://unknot.clinic.example';
const folder = mkdtempSync(join(tmpdir(), 'unknot-cds-'));
const keys = {};
async function makeKey(kid, alg) {
  const pair = await generateKeyPair(alg, { extractable: true });
  keys[kid] = { ...pair, alg, public: { ...await exportJWK(pair.publicKey), kid, alg, use: 'sig' } };
  return keys[kid].public;
}
const writeKeys = (file, list) => writeFileSync(join(folder, file), JSON.stringify({ keys: list }));
await makeKey('es', 'ES384');
await makeKey('rs', 'RS384');
await makeKey('other', 'ES384');
await makeKey('new', 'ES384');
writeKeys('ehr.json', [keys.es.public, keys.rs.public]);
writeKeys('other.json', [keys.other.public]);
writeFileSync(join(folder, 'clients.json'), JSON.stringify({ clients: [
  { issuer: ISSUER, jwks: 'ehr.json', jku: `${ISSUER}/jwks.json`, tenant: '11111111-1111-4111-8111-111111111111' },
  { issuer: OTHER, jwks: join(folder, 'other.json') },
] }));

const service = await startService({ settings: { 'cds-clients': join(folder, 'clients.json'), 'public-url': BASE } });
after(() => service.stop());

const now = () => Math.floor(Date.now() / 1000);
const DISCOVERY = `${BASE}/cds-services`;
const CALL = `${DISCOVERY}/${serviceOf('patient-view')}`;
const claims = more => ({ iss: ISSUER, aud: DISCOVERY, iat: now(), exp: now() + 300, jti: randomUUID(), ...more });
const token = ({ kid = 'es', header = {}, ...more } = {}) =>
  new SignJWT(claims(more)).setProtectedHeader({ alg: keys[kid].alg, kid, typ: 'JWT', ...header }).sign(keys[kid].privateKey);
const get = (bearer, path = '/cds-services') =>
  call(service, 'GET', path, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

const refused = async (answer, words) => {
  const { status, json, headers } = await answer;
  assert.equal(status, 401, JSON.stringify(json));
  assert.match(headers['www-authenticate'], /^Bearer/);
  assert.equal(headers['access-control-allow-origin'], '*');
  if (words) assert.match(json.detail, words);
};

for (const kid of ['es', 'rs'])
  test(`a token signed by ${kid} is taken`, async () => {
    assert.equal((await get(await token({ kid }))).status, 200);
  });

test('aud may be a list, and is compared with the public URL, whatever Host says', async () => {
  assert.equal((await get(await token({ aud: ['https://elsewhere.example', DISCOVERY] }))).status, 200);
  await refused(get(await token({ aud: `${service.url}/cds-services` })), /aud/);
});

test('each URL has its own aud', async () => {
  const body = request('patient-view', { record: [] });
  const post = async aud => call(service, 'POST', new URL(CALL).pathname, { json: body, headers: { authorization: `Bearer ${await token({ aud })}` } });
  assert.equal((await post(CALL)).status, 200);
  await refused(post(DISCOVERY), /aud/);
  await refused(post(`${CALL}/feedback`), /aud/);
});

test('a token counts once', async () => {
  const bearer = await token();
  assert.equal((await get(bearer)).status, 200);
  await refused(get(bearer), /used before/);
  const jti = randomUUID();
  assert.equal((await get(await token({ jti }))).status, 200);
  await refused(get(await token({ jti, kid: 'rs' })), /used before/);
  assert.equal((await get(await token({ jti, iss: OTHER, kid: 'other' }))).status, 200, 'another issuer counts for itself');
});

test('a token that was refused has not been used', async () => {
  const jti = randomUUID();
  await refused(get(await token({ jti, aud: 'https://elsewhere.example' })));
  assert.equal((await get(await token({ jti }))).status, 200);
});

test('of the same token sent many times at once one is taken', async () => {
  const bearer = await token();
  const statuses = (await Promise.all(Array.from({ length: 16 }, () => get(bearer)))).map(a => a.status);
  assert.equal(statuses.filter(s => s === 200).length, 1, statuses.join());
});

for (const [name, more, words] of [
  ['has expired', { exp: now() - 120, iat: now() - 600 }, /expired/],
  ['has no exp', { exp: undefined }, /exp/],
  ['lives for a day', { exp: now() + 86400 }, /exp/],
  ['is from the future', { iat: now() + 600 }, /iat/],
  ['has no iat', { iat: undefined }, /iat/],
  ['is not valid yet', { nbf: now() + 600 }, /nbf/],
  ['has no jti', { jti: undefined }, /jti/],
  ['has a jti that is a number', { jti: 7 }, /jti/],
  ['has a jti of a kilobyte', { jti: 'x'.repeat(1024) }, /jti/],
  ['has no aud', { aud: undefined }, /aud/],
  ['is for somebody else', { aud: 'https://elsewhere.example/cds-services' }, /aud/],
  ['is by somebody we do not know', { iss: 'https://evil.example' }, /iss/],
  ['has no iss', { iss: undefined }, /iss/],
  ['has the kid of no key', { header: { kid: 'nobody' } }, /key/],
  ['is by one clinic with the key of another', { iss: OTHER }, /key/],
  ['says a jku that is not of this client', { header: { jku: 'https://evil.example/jwks.json' } }, /jku/],
  ['has a jku that is no text', { header: { jku: 7 } }, /jku/],
  ['is something else than a JWT', { header: { typ: 'JOSE' } }, /type/],
  ['has what must be understood and is not', { header: { crit: ['x'], x: 1 } }, /signed token/],
]) test(`refused: a token that ${name}`, async () => {
  await refused(get(await token(more).catch(async () => {
    const head = part({ alg: 'ES384', kid: 'es', typ: 'JWT', ...more.header });
    return `${head}.${part(claims())}.${'A'.repeat(128)}`;
  })), words);
});

test('a jku that is the one of the client is no reason to fetch it', async () => {
  assert.equal((await get(await token({ header: { jku: `${ISSUER}/jwks.json` } }))).status, 200);
});

test('refused: none, HMAC with the public key, a foreign signature, a changed claim, and no token at all', async () => {
  const good = await token();
  const [head, body, signature] = good.split('.');
  await refused(get(`${part({ alg: 'none', kid: 'es', typ: 'JWT' })}.${part(claims())}.`));
  const hmacHead = part({ alg: 'HS256', kid: 'es', typ: 'JWT' }), hmacBody = part(claims());
  const mac = createHmac('sha256', JSON.stringify(keys.es.public)).update(`${hmacHead}.${hmacBody}`).digest('base64url');
  await refused(get(`${hmacHead}.${hmacBody}.${mac}`), /algorithm/);
  await refused(get(`${head}.${body}.${'A'.repeat(128)}`), /signature/);
  await refused(get(`${head}.${part({ ...claims(), extra: 1 })}.${signature}`), /signature/);
  await refused(get(`${part({ alg: 'RS384', kid: 'es', typ: 'JWT' })}.${body}.${signature}`), /key/);
  for (const bearer of ['x', 'a.b', 'a.b.c', `${head}..${signature}`, good.slice(0, -4)]) await refused(get(bearer));
  await refused(get(), /known clinic systems/);
  assert.equal((await get(good)).status, 200, 'none of these used the good one');
});

test('keys are rotated by changing the file', async () => {
  await refused(get(await token({ kid: 'new' })), /key/);
  writeKeys('ehr.json', [keys.new.public]);
  for (const end = Date.now() + 10_000; ;) {
    if ((await get(await token({ kid: 'new' }))).status === 200) break;
    assert.ok(Date.now() < end, 'the new key is not taken');
    await new Promise(resolve => { setTimeout(resolve, 200); });
  }
  await refused(get(await token({ kid: 'es' })), /key/);
});

test('preflights need no token', async () => {
  const answer = await call(service, 'OPTIONS', '/cds-services', { headers: { origin: 'https://x.example', 'access-control-request-method': 'GET' } });
  assert.equal(answer.status, 204);
});

test('the rest of the service does not take the tokens of clinic systems', async () => {
  await refused(call(service, 'GET', '/techniques', { headers: { authorization: `Bearer ${await token()}` } }));
});

test('no token is in the log', () => {
  assert.doesNotMatch([...service.output, ...service.errors].join('\n'), /eyJ/);
});

for (const [name, text] of [
  ['is no JSON', '{'], ['has no clients', '{"clients": []}'], ['lacks keys', '{"clients": [{"issuer": "https://x.example"}]}'],
  ['names a file that is not there', '{"clients": [{"issuer": "https://x.example", "jwks": "nowhere.json"}]}'],
  ['names keys by plain HTTP', '{"clients": [{"issuer": "https://x.example", "jwks": "http://x.example/jwks"}]}'],
  ['names an issuer twice', `{"clients": [{"issuer": "https://x.example", "jwks": "other.json"}, {"issuer": "https://x.example", "jwks": "other.json"}]}`],
  ['has a tenant that is no UUID', '{"clients": [{"issuer": "https://x.example", "jwks": "other.json", "tenant": "x"}]}'],
]) test(`the service does not start with a list that ${name}`, async () => {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, text);
  await assert.rejects(startService({ settings: { 'cds-clients': file } }), /cds-clients/);
});
