// Bearer tokens over HTTP: each algorithm that counts, each way a token can be wrong, several issuers, keys that rotate;
// rate limits by caller and address; and `unknot auth explain`, which tells why.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { BINARY, Clinic, bearer } from './lib/clinic.mjs';
import { call, sleep } from './lib/http.mjs';
import { startService } from './lib/service.mjs';

const ISSUER = 'https://id.example', SECOND = 'https://other.example', AUDIENCE = 'https://unknot.example';
const ALGORITHMS = {
  RS256: ['rsa', { modulusLength: 2048 }, 'sha256'], RS384: ['rsa', { modulusLength: 2048 }, 'sha384'],
  ES256: ['ec', { namedCurve: 'P-256' }, 'sha256'], ES384: ['ec', { namedCurve: 'P-384' }, 'sha384'], EdDSA: ['ed25519', {}, null],
};
const makeSigner = (alg, kid) => ({ alg, kid, hash: ALGORITHMS[alg][2], ...generateKeyPairSync(ALGORITHMS[alg][0], ALGORITHMS[alg][1]) });
const jwk = ({ publicKey, kid, alg }) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
const base64url = value => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

function token(signer, claims = {}, header = {}) {
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'app-1', iat: now(), exp: now() + 300, tenant, scope: 'clinic plans:read', ...claims };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  const text = `${base64url({ alg: signer.alg, kid: signer.kid, typ: 'JWT', ...header })}.${base64url(all)}`;
  return `${text}.${sign(signer.hash, Buffer.from(text), { key: signer.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const clinic = new Clinic();
const files = { keys: `${clinic.state}/keys.json`, second: `${clinic.state}/second.json`, issuers: `${clinic.state}/issuers.json` };
const signers = Object.fromEntries(Object.keys(ALGORITHMS).map(alg => [alg, makeSigner(alg, `key-${alg}`)]));
const other = makeSigner('ES256', 'key-ES256'), stranger = makeSigner('ES256', 'stranger');
const writeKeys = (file, list) => writeFileSync(file, JSON.stringify({ keys: list.map(jwk) }));
let tenant, plan, key;
const settings = { 'jwt-issuer': ISSUER, 'jwt-audience': AUDIENCE, jwks: files.keys, 'jwt-issuers': files.issuers, 'caller-quota': 1000000 };

before(async () => {
  writeKeys(files.keys, Object.values(signers));
  writeKeys(files.second, [other]);
  writeFileSync(files.issuers, JSON.stringify([{ issuer: SECOND, audiences: [AUDIENCE], jwks: files.second, tenant: '00000000-0000-4000-8000-000000000000' }]));
  await clinic.start({ ...settings, 'trusted-proxies': '127.0.0.1', 'address-quota': 0 });
  key = clinic.makeKey();
  [[tenant]] = clinic.sql("SELECT tenant_id FROM unknot.tenants WHERE name = 'default'");
  await clinic.made('/therapists', { therapist_id: 't-token', name: 'Ann', techniques: ['swedish'] }, { key });
  plan = await clinic.plan('P-token', key, { therapist: 't-token' });
});
after(() => clinic.end());

const read = (credential, target = `/care-plans/${plan.id}`) => clinic.call('GET', target, { key: credential });
const explain = (credential, ...words) => {
  const done = spawnSync(BINARY, ['auth', 'explain', ...words, ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)],
    { input: credential, env: { ...process.env, ...clinic.env }, encoding: 'utf8' });
  return { ...done, text: done.stdout + done.stderr };
};

for (const alg of Object.keys(ALGORITHMS))
  test(`${alg} is accepted`, async () => {
    const answer = await read(token(signers[alg]));
    assert.equal(answer.status, 200, answer.text);
  });

test('who a token speaks for: the clinic, a therapist, a patient by the clinic\'s reference', async () => {
  const signer = signers.ES256;
  for (const [claims, status] of [[{ scope: 'clinic plans:read' }, 200], [{ therapist: 't-token', scope: 'plans:read' }, 200], [{ therapist: 't-else', scope: 'plans:read' }, 404],
    [{ patient: 'P-token', scope: 'plans:read' }, 200], [{ patient: 'P-else', scope: 'plans:read' }, 404], [{ scope: 'clinic sessions:write' }, 403],
    [{ scope: 'system/CarePlan.rs' }, 200]]) {
    const answer = await read(token(signer, claims));
    assert.equal(answer.status, status, `${JSON.stringify(claims)} ${answer.text}`);
  }
  const elsewhere = await read(token(signer, { tenant: '11111111-1111-4111-8111-111111111111' }));
  assert.ok([401, 404].includes(elsewhere.status), elsewhere.text);
});

const signed = (claims, header, signer = signers.ES256) => () => token(signer, claims, header);
const unsigned = alg => () => `${base64url({ alg, kid: 'key-ES256', typ: 'JWT' })}.${base64url({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: now() + 300, tenant, scope: 'clinic' })}.AA`;
const WRONG = {
  'expired': [signed({ exp: now() - 120 }), 'expiry'],
  'without exp': [signed({ exp: undefined }), 'expiry'],
  'not valid yet': [signed({ nbf: now() + 600 }), 'not before'],
  'issued in the future': [signed({ iat: now() + 600 }), 'not before'],
  'for somebody else (aud)': [signed({ aud: 'https://elsewhere.example' }), 'audience'],
  'without aud': [signed({ aud: undefined }), 'audience'],
  'of another issuer': [signed({ iss: 'https://evil.example' }), 'issuer'],
  'without iss': [signed({ iss: undefined }), 'issuer'],
  'of the second issuer, signed by the first': [signed({ iss: SECOND }, {}, signers.RS256), 'key'],
  'of the first issuer, signed by the second': [signed({}, {}, other), 'signature'],
  'alg none': [unsigned('none'), 'algorithm'],
  'alg None': [unsigned('None'), 'algorithm'],
  'alg none and an empty signature': [() => unsigned('none')().slice(0, -2), 'shape'],
  'HMAC with the public key as its secret': [() => {
    const text = `${base64url({ alg: 'HS256', kid: 'key-RS256', typ: 'JWT' })}.${base64url({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: now() + 300, tenant, scope: 'clinic' })}`;
    return `${text}.${createHmac('sha256', signers.RS256.publicKey.export({ type: 'spki', format: 'pem' })).update(text).digest('base64url')}`;
  }, 'algorithm'],
  'PS256, which nobody asked for': [signed({}, { alg: 'PS256' }), 'algorithm'],
  'an algorithm that is not its key\'s': [signed({}, { alg: 'RS256' }), 'key'],
  'an unknown kid': [signed({}, { kid: 'nobody' }), 'key'],
  'no kid': [signed({}, { kid: undefined }), 'key id'],
  'a key of its own (jwk)': [signed({}, { kid: 'stranger', jwk: jwk(stranger) }, stranger), 'key'],
  'something critical': [signed({}, { crit: ['exp'] }), 'header'],
  'another typ': [signed({}, { typ: 'secevent+jwt' }), 'type'],
  'a signature with one bit changed': [() => token(signers.ES256).replace(/.(.{10})$/, (_, end) => `A${end}`), 'signature'],
  'no tenant': [signed({ tenant: undefined }), 'tenant'],
  'no caller': [signed({ scope: 'plans:read' }), 'caller'],
  'no sub': [signed({ sub: undefined }), 'subject'],
};
for (const [what, [make, check]] of Object.entries(WRONG))
  test(`a token that is wrong: ${what}: 401, and explain names the ${check}`, async () => {
    const text = make();
    const answer = await read(text);
    assert.equal(answer.status, 401, answer.text);
    assert.match(answer.headers['www-authenticate'], /error="invalid_token"/);
    assert.doesNotMatch(answer.text, new RegExp(text.slice(-20)));
    const { stdout, status } = explain(text);
    assert.equal(status, 1, stdout);
    assert.match(stdout, new RegExp(`^FAILED  ${check} `, 'm'), stdout);
    assert.ok(!stdout.includes(text) && !stdout.includes(text.split('.')[2].slice(0, 12) || '\n\n'), 'the token is not told');
  });

test('the second issuer speaks for its own tenant and no other', async () => {
  const mine = { iss: SECOND, tenant: '00000000-0000-4000-8000-000000000000' };
  const answer = await read(token(other, mine), '/techniques');
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await read(token(other, { ...mine, tenant }))).status, 401);
});

test('rotated keys: a new one counts within seconds, without a restart; one taken away does not count for new tokens', async () => {
  const next = makeSigner('ES256', 'key-next');
  assert.equal((await read(token(next))).status, 401);
  await sleep(1100); // the file's times have to differ, and it is looked at once a second
  writeKeys(files.keys, [...Object.values(signers).filter(s => s.alg !== 'RS384'), next]);
  let answer;
  for (let n = 0; n < 50 && answer?.status !== 200; n++, await sleep(100)) answer = await read(token(next, { jti: String(n) }));
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await read(token(signers.RS384))).status, 401);
  writeFileSync(files.keys, '{"keys": [');
  await sleep(1200);
  assert.equal((await read(token(next, { jti: 'still' }))).status, 200, 'a broken file leaves the keys in force');
  writeKeys(files.keys, Object.values(signers));
});

test('explain: keys and tokens that hold, and what they may do', async () => {
  const good = explain(`Authorization: Bearer ${key}\n`, '--operation', 'createCarePlan');
  assert.equal(good.status, 0, good.text);
  assert.match(good.stdout, /^ok +known [^]*^ok +secret [^]*^ok +operation +createCarePlan needs the scope plans:write$[^]*^accepted$/m);
  assert.ok(!good.stdout.includes(key.slice(-43)), 'the secret is not told');
  const narrow = explain(clinic.makeKey('--scopes', 'plans:read'), '--operation', 'createCarePlan');
  assert.equal(narrow.status, 1);
  assert.match(narrow.stdout, /^FAILED +operation /m);
  const gone = clinic.makeKey();
  clinic.tool('key', 'revoke', gone);
  assert.match(explain(gone).stdout, /^FAILED +revoked /m);
  assert.match(explain(`${key.slice(0, -4)}AAAA`).stdout, /^FAILED +secret /m);
  assert.match(explain(token(signers.ES256), '--operation', 'listCarePlans').stdout, /^accepted$/m);
  assert.match(explain('', '--operation', 'listCarePlans').stdout, /anonymous[^]*^FAILED +operation /m);
  assert.equal(explain('x', '--operation', 'noSuchThing').status, 1);
});

test('a bad list of issuers is refused at the start, saying why', () => {
  for (const [text, why] of [['{}', 'is no list'], ['[{"issuer": "x"}]', 'needs issuer, audiences and jwks'], ['[{"isuer": "x"}]', 'a member is unknown'],
    [JSON.stringify([{ issuer: ISSUER, audiences: ['a'], jwks: files.keys }]), 'there twice'], [JSON.stringify([{ issuer: 'x', audiences: ['a'], jwks: 'https://x.example/keys' }]), 'not on the allow-list']]) {
    const file = `${clinic.state}/bad.json`;
    writeFileSync(file, text);
    const done = spawnSync(BINARY, ['serve', '--listen=127.0.0.1:0', '--database-url=none', `--jwt-issuer=${ISSUER}`, `--jwt-audience=${AUDIENCE}`, `--jwks=${files.keys}`, `--jwt-issuers=${file}`], { encoding: 'utf8', timeout: 20_000 });
    assert.equal(done.status, 1, done.stderr);
    assert.ok(done.stderr.includes(why), `${text}: ${done.stderr}`);
  }
});

test('SIGHUP forgets what was proven: a key revoked a moment ago is refused at once', async () => {
  const gone = clinic.makeKey();
  assert.equal((await read(gone)).status, 200);
  clinic.tool('key', 'revoke', gone);
  assert.equal((await read(gone)).status, 200, 'a proof holds for two minutes');
  clinic.service.child.kill('SIGHUP');
  await clinic.service.event('reloaded');
  assert.equal((await read(gone)).status, 401);
  assert.equal((await read(key)).status, 200);
});

// --- how often ---

const from = (address, more = {}) => ({ 'x-forwarded-for': address, ...more });
test('rate limits: by address without a key or with one that an app ships, by caller with one; in the form of the draft', async () => {
  const publishable = clinic.makeKey('--publishable');
  const limited = await startService({ settings: { 'database-url': clinic.url(), 'trusted-proxies': '127.0.0.1', 'address-quota': 5, 'caller-quota': 8 } });
  const ask = headers => call(limited, 'GET', '/techniques/swedish', { headers });
  try {
    for (let n = 0; n < 5; n++) {
      const answer = await ask(from('203.0.113.1'));
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['ratelimit-policy'], '"address";q=5;w=60');
      assert.match(answer.headers.ratelimit, new RegExp(`^"address";r=${4 - n};t=\\d+$`));
    }
    for (const headers of [from('203.0.113.1'), from('203.0.113.1', bearer(publishable))]) {
      const answer = await ask(headers);
      assert.equal(answer.status, 429, answer.text);
      assert.equal(answer.json.code, 'too_many_requests');
      assert.deepEqual(answer.json['violated-policies'], ['address']);
      const reset = Number(answer.headers.ratelimit.match(/;t=(\d+)$/)[1]);
      assert.ok(Number(answer.headers['retry-after']) >= reset && reset > 0, 'Retry-After is not earlier than t');
    }
    assert.equal((await ask(from('203.0.113.2'))).status, 200, 'another address');
    for (let n = 0; n < 8; n++) {
      const answer = await ask(from('203.0.113.3', bearer(key)));
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['ratelimit-policy'], '"caller";q=8;w=60');
    }
    assert.equal((await ask(from('203.0.113.4', bearer(key)))).status, 429, 'a caller is counted wherever it is');
    assert.equal((await ask(from('203.0.113.3'))).status, 200, 'and its address is not');
    for (let n = 0; n < 20; n++) assert.equal((await call(limited, 'OPTIONS', '/techniques', { headers: from('203.0.113.1') })).status, 204, 'a preflight is not counted');
    for (let n = 0; n < 20; n++) assert.equal((await ask({})).status, 200, 'this machine is not counted');
    assert.equal((await call(limited, 'GET', '/readyz', { headers: from('203.0.113.1') })).status, 200);
  } finally {
    await limited.stop();
  }
});

test('by default an address has a limit, generous, and a caller with a key has none', async () => {
  const usual = await startService({ settings: { 'database-url': clinic.url(), 'trusted-proxies': '127.0.0.1' } });
  try {
    assert.equal((await call(usual, 'GET', '/techniques', { headers: from('203.0.113.1') })).headers['ratelimit-policy'], '"address";q=6000;w=60');
    assert.equal((await call(usual, 'GET', '/techniques', { headers: from('203.0.113.1', bearer(key)) })).headers['ratelimit-policy'], undefined);
  } finally {
    await usual.stop();
  }
});
