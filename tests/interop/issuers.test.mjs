// Tokens of an authorization server that is not ours (oauth2-mock-server) with keys that are fetched by HTTPS and rotate: as a clinic system's
// for CDS Hooks, and as the API's own issuer. Each way of being wrong is tried on both.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OAuth2Server } from 'oauth2-mock-server';
import { call, sleep } from '../api/lib/http.mjs';
import { folder, makeIdentity } from '../api/lib/identity.mjs';
import { startService } from '../api/lib/service.mjs';
import { startEhr } from './lib/ehr.mjs';

const BASE = 'https://unknot.clinic.example', AUDIENCE = 'https://unknot.example', TENANT = '11111111-1111-4111-8111-111111111111';
const at = folder(), path = name => join(at, name);
const identity = makeIdentity({ hosts: 'DNS:localhost' });
for (const [name, text] of [['certificate.pem', identity.certificate], ['key.pem', identity.key], ['stranger.pem', makeIdentity().certificate]]) writeFileSync(path(name), text);

/** An issuer with keys of its own. */
async function startIssuer(...algorithms) {
  const server = new OAuth2Server(path('key.pem'), path('certificate.pem'));
  server.kids = {};
  for (const alg of algorithms) server.kids[alg] = (await server.issuer.keys.generate(alg)).kid;
  await server.start(0, 'localhost');
  server.jwks = `${server.issuer.url}/jwks`;
  return server;
}
const clinic = await startIssuer('ES384', 'RS384'), api = await startIssuer('RS256', 'ES256'), stranger = await startIssuer('ES384');
writeFileSync(path('clients.json'), JSON.stringify({ clients: [{ issuer: clinic.issuer.url, jwks: clinic.jwks, tenant: TENANT }] }));
const settings = {
  'public-url': BASE, anonymous: 'off', 'outbound-ca': path('certificate.pem'), 'cds-clients': path('clients.json'),
  'jwt-issuer': api.issuer.url, 'jwt-audience': AUDIENCE, jwks: api.jwks, 'jwks-allowed': `https://id.example/keys, ${api.jwks}`,
};
const service = await startService({ settings });
after(async () => {
  await service.stop();
  for (const server of [clinic, api, stranger]) await server.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

// What is asked with a token, and what a good one says: of a clinic system, of an application.
const judged = {
  'CDS Hooks': {
    server: clinic, target: '/cds-services', claims: () => ({ aud: `${BASE}/cds-services`, exp: now() + 300, jti: randomUUID() }),
  },
  'the API': {
    server: api, target: '/techniques', claims: () => ({ aud: AUDIENCE, sub: 'app-1', tenant: TENANT, scope: 'clinic catalogue:read' }),
  },
};
const merge = (into, from) => Object.entries(from).forEach(([name, value]) => { if (value === undefined) delete into[name]; else into[name] = value; });
const token = ({ server, claims }, { kid, header = {}, by = server, ...more } = {}) => by.issuer.buildToken({ kid, scopesOrTransform: (head, payload) => {
  merge(payload, { iss: server.issuer.url, ...claims(), ...more });
  merge(head, header);
} });
const present = (way, bearer, at = service) => call(at, 'GET', way.target, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });

for (const [name, way] of Object.entries(judged)) {
  for (const [alg, kid] of Object.entries(way.server.kids))
    test(`${name}: ${alg} by keys fetched by HTTPS`, async () => {
      const answer = await present(way, await token(way, { kid }));
      assert.equal(answer.status, 200, answer.text);
    });

  for (const [what, more] of [
    ['has expired', { exp: now() - 120, iat: now() - 600 }], ['has no exp', { exp: undefined }], ['is not valid yet', { nbf: now() + 600 }], ['is from the future', { iat: now() + 600 }],
    ['is for somebody else', { aud: 'https://elsewhere.example' }], ['is for nobody', { aud: undefined }], ['is by somebody else', { iss: 'https://evil.example' }], ['is by nobody', { iss: undefined }],
    ['has an unknown kid', { header: { kid: 'nobody' } }], ['has no kid', { header: { kid: undefined } }], ['is signed by the keys of another issuer', { by: stranger }],
    ['has the kid of ours and the keys of another', { by: stranger, header: { kid: Object.values(way.server.kids)[0] } }],
  ]) test(`${name}: refused is a token that ${what}`, async () => {
    const answer = await present(way, await token(way, more));
    assert.equal(answer.status, 401, answer.text);
    assert.match(answer.headers['www-authenticate'], /^Bearer/);
  });

  test(`${name}: refused are none, HMAC with the public key, and a signature of something else`, async () => {
    const keys = way.server.issuer.keys.toJSON();
    const [kid] = Object.values(way.server.kids), payload = part({ iss: way.server.issuer.url, iat: now(), exp: now() + 300, ...way.claims() });
    const good = await token(way, { kid });
    const [head, , signature] = good.split('.');
    const bearers = [`${part({ alg: 'none', typ: 'JWT', kid })}.${payload}.`, `${head}.${payload}.${signature}`, `${head}.${payload}.`];
    for (const hash of ['sha256', 'sha384'])
      for (const secret of [JSON.stringify(keys.find(k => k.kid === kid)), JSON.stringify(keys), '']) {
        const signed = `${part({ alg: `HS${hash.slice(3)}`, typ: 'JWT', kid })}.${payload}`;
        bearers.push(`${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`);
      }
    for (const bearer of bearers) assert.equal((await present(way, bearer)).status, 401, bearer.slice(0, 60));
    assert.equal((await present(way, good)).status, 200);
  });
}

test('a clinic\'s token counts once, also over a SIGHUP', async () => {
  const way = judged['CDS Hooks'], bearer = await token(way);
  assert.equal((await present(way, bearer)).status, 200);
  assert.equal((await present(way, bearer)).status, 401);
  assert.equal((await service.reload()).event, 'reloaded');
  const again = await present(way, bearer);
  assert.equal(again.status, 401);
  assert.match(again.json.detail, /used before/);
});

test('jku: the one URL of the client, and no other is ever asked', async () => {
  const way = judged['CDS Hooks'];
  assert.equal((await present(way, await token(way, { header: { jku: clinic.jwks } }))).status, 200);
  for (const jku of [stranger.jwks, `${clinic.jwks}?x`, `${clinic.jwks}/../jwks`, clinic.jwks.replace('localhost', 'LOCALHOST'), clinic.jwks.replace('https://', 'https://x@'), 7]) {
    const answer = await present(way, await token(way, { header: { jku } }));
    assert.equal(answer.status, 401);
    assert.match(answer.json.detail, /jku/);
  }
});

test('keys rotate: the new ones count once they have been asked for again, the old ones no longer', async () => {
  const old = {}, fresh = {};
  for (const [name, way] of Object.entries(judged)) {
    const { keys } = way.server.issuer;
    old[name] = await token(way, { kid: Object.values(way.server.kids)[0] });
    const published = keys.toJSON.bind(keys);
    fresh[name] = (await keys.generate('ES384')).kid;
    keys.toJSON = () => published().filter(k => k.kid === fresh[name]);
  }
  for (const [name, way] of Object.entries(judged)) {
    for (const end = Date.now() + 60_000; (await present(way, await token(way, { kid: fresh[name] }))).status !== 200;) {
      assert.ok(Date.now() < end, `${name}: the new key is not taken`);
      await sleep(1000);
    }
    assert.equal((await present(way, old[name])).status, 401, `${name}: the old key still counts`);
  }
});

test('keys are not fetched from where the server of keys sends to: another host, this machine, the cloud\'s own addresses', async () => {
  const host = 'localhost', allowed = await startEhr({ identity, host }), trap = await startEhr({ identity, host }), plain = await startEhr();
  for (const elsewhere of [trap, plain]) elsewhere.special.all = (_, response) => elsewhere.json(response, { keys: api.issuer.keys.toJSON() });
  const places = [`${trap.origin}/fhir/jwks`, `${plain.origin}/fhir/jwks`, `//${host}:${trap.port}/fhir/jwks`, 'http://169.254.169.254/latest/meta-data', 'file:///etc/passwd', '/fhir/other'];
  for (const [i, location] of places.entries()) {
    const status = [301, 302, 303, 307, 308][i % 5];
    allowed.reset([], { all: (_, response) => response.writeHead(status, { location }).end() });
    const jwks = `${allowed.origin}/fhir/jwks`;
    const own = await startService({ settings: { ...settings, 'cds-clients': '', jwks, 'jwks-allowed': jwks } });
    const answer = await present(judged['the API'], await token(judged['the API']), own);
    await own.stop();
    assert.equal(answer.status, 503, `${status} ${location}: ${answer.text}`);
    assert.deepEqual([...new Set(allowed.paths)], ['/fhir/jwks'], location);
  }
  assert.deepEqual([trap.paths, plain.paths], [[], []]);
  for (const server of [allowed, trap, plain]) server.end();
});

test('keys are not taken from a server whose certificate nobody vouches for', async () => {
  const own = await startService({ settings: { ...settings, 'outbound-ca': path('stranger.pem') } });
  const answers = [];
  for (const way of Object.values(judged)) answers.push(await present(way, await token(way), own));
  await own.stop();
  assert.deepEqual(answers.map(a => a.status), [401, 503]);
  assert.match(answers[0].json.detail, /keys of its issuer cannot be had/);
  assert.ok(own.logs.some(e => e.event === 'token_keys_refused' && /certificate/i.test(e.why)), JSON.stringify(own.logs));
});

test('the list of clinic systems is read again on SIGHUP; a broken one leaves the old in force', async () => {
  const file = path('clients.json'), other = { issuer: stranger.issuer.url, jwks: stranger.jwks };
  const way = judged['CDS Hooks'], newcomer = { ...way, server: stranger };
  assert.equal((await present(newcomer, await token(newcomer))).status, 401);
  writeFileSync(file, JSON.stringify({ clients: [other] }));
  assert.equal((await service.reload()).event, 'reloaded');
  assert.equal((await present(newcomer, await token(newcomer))).status, 200);
  assert.equal((await present(way, await token(way))).status, 401, 'who is no longer on it is no longer let in');
  writeFileSync(file, '{"clients": [');
  const refused = await service.reload();
  assert.deepEqual([refused.event, refused.what], ['reload_refused', 'access']);
  assert.equal((await present(newcomer, await token(newcomer))).status, 200);
});

test('no token is in the log', () => {
  assert.doesNotMatch([...service.output, ...service.errors].join('\n'), /eyJ/);
});
