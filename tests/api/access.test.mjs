// Who may do what: every operation of the route table (`unknot routes`) against every kind of caller. An operation
// without an example here fails, so that a new route cannot be forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once, sharedClinic } from './lib/clinic.mjs';
import { operation } from './lib/contract.mjs';
import { call } from './lib/http.mjs';
import { example } from './lib/people.mjs';
import { OPEN, SELF, guarded, guardedRequests, makers, openRequests, planPath, populate, routes, typeFor } from './lib/requests.mjs';
import { startService } from './lib/service.mjs';

const open = routes.filter(r => OPEN.includes(r.scope));
const CLINIC_ONLY = ['plans:clear', 'therapists:write', 'patients:erase', 'audit:read'];
const scopes = [...new Set([...OPEN, ...guarded.map(r => r.scope), ...CLINIC_ONLY, 'plans:read', 'therapists:read'])];

const clinic = sharedClinic({ prepare });
const OTHER = 'REF-OTHER-7732';
const UNKNOWN = `unk_${'0'.repeat(32)}_${'A'.repeat(12)}_${'A'.repeat(43)}`;
const w = {}; // the world: keys, and things of the clinic

async function prepare() {
  w.clinic = clinic.makeKey();
  w.elsewhere = clinic.makeKey('--tenant', 'elsewhere', '--new-tenant');
  w.named = clinic.makeKey('--therapist', 't-named');
  w.unnamed = clinic.makeKey('--therapist', 't-unnamed');
  w.self = clinic.makeKey('--patient', SELF);
  w.other = clinic.makeKey('--patient', OTHER);
  w.publishable = clinic.makeKey('--publishable');
  w.revoked = clinic.makeKey();
  clinic.tool('key', 'revoke', w.revoked);
  w.expired = clinic.makeKey();
  clinic.sql(`UPDATE unknot.api_keys SET expires_at = now() - interval '1 second' WHERE key_id = '${w.expired.split('_')[2]}'`);
  w.lacking = Object.fromEntries(guarded.map(r => r.scope)
    .map(scope => [scope, clinic.makeKey('--scopes', scopes.filter(s => s !== scope).join(','))]));
  await populate(clinic, w);
}

const EXAMPLES = guardedRequests(clinic, w);
const { changed, removed, fresh } = makers(clinic, w);
const SEES = {
  plan: { clinic: 2, elsewhere: 404, named: 2, unnamed: 404, self: 2, other: 404 },
  person: { clinic: 2, elsewhere: 404, named: 404, unnamed: 404, self: 2, other: 404 },
  tenant: { clinic: 2, elsewhere: 404, named: 2, unnamed: 2, self: 2, other: 2 },
  list: { clinic: 2, elsewhere: 2, named: 2, unnamed: 2, self: 2, other: 2 },
  create: { clinic: 2, elsewhere: 2, named: 2, unnamed: 2, self: 2, other: 2 },
};
const CALLERS = Object.keys(SEES.plan);
const BAD = { 'no credential': {}, 'an unknown key': { authorization: `Bearer ${UNKNOWN}` }, 'half a key': { authorization: `Bearer ${UNKNOWN.slice(0, 60)}` },
  'another scheme': { authorization: 'Basic eDp5' }, 'no token at all': { authorization: 'Bearer ' }, 'a key in the wrong place': { 'x-api-key': 'x' } };

/** What this caller is to get: 2 stands for any success. */
function wanted(route, row, who) {
  const scoped = !(['named', 'unnamed', 'self', 'other'].includes(who) && CLINIC_ONLY.includes(route.scope));
  if (!scoped) return 403;
  return row[who] ?? SEES[row.sees][who];
}

async function attempt(route, row, headers, who) {
  const { target, json, body, headers: more } = await row.make(who);
  const write = route.method === 'GET' ? {} : once();
  return clinic.call(route.method, target, { json, body, headers: { ...write, ...more, ...headers } });
}
// `part`: lists of what hangs on a plan or a therapist, whose rows tests/interop looks at.
const as = key => ({ authorization: `Bearer ${key}` });

test('every guarded operation has an example here, and says its scope in the contract', () => {
  assert.ok(guarded.length > 20, 'the route table was read');
  assert.deepEqual(guarded.map(r => r.id).sort(), Object.keys(EXAMPLES).sort());
  for (const r of guarded) {
    const { spec } = operation(r.id);
    assert.match(`${spec.description}`, new RegExp(`\`${r.scope}\``), r.id);
    assert.ok(spec.security?.every(s => Object.keys(s).length > 0), `${r.id}: the contract does not ask for a credential`);
  }
  for (const r of routes.filter(r => !guarded.includes(r)))
    assert.ok(!operation(r.id).spec.security || operation(r.id).spec.security.some(s => Object.keys(s).length === 0), r.id);
});

for (const route of guarded) {
  const row = EXAMPLES[route.id];
  test(`${route.id}: no credential, or one that does not hold: 401`, async () => {
    const bad = { ...BAD, 'a revoked key': as(w.revoked), 'an expired key': as(w.expired), 'two credentials': { ...as(w.clinic), 'x-api-key': w.clinic } };
    for (const [what, headers] of Object.entries(bad)) {
      const answer = await attempt(route, row, headers);
      assert.equal(answer.status, 401, `${what}: ${answer.text}`);
      assert.match(answer.headers['www-authenticate'], /^Bearer realm="unknot"/);
    }
  });

  test(`${route.id}: a key without ${route.scope}, or one that an app may ship: 403`, async () => {
    for (const key of [w.lacking[route.scope], w.publishable]) {
      const answer = await attempt(route, row, as(key));
      assert.equal(answer.status, 403, answer.text);
      assert.match(answer.headers['www-authenticate'], new RegExp(`error="insufficient_scope", scope="${route.scope}"`));
    }
  });

  test(`${route.id}: what is somebody else's is not there: 404`, async () => {
    for (const who of CALLERS) {
      const answer = await attempt(route, row, as(w[who]), who);
      const want = wanted(route, row, who);
      assert.equal(want === 2 ? Math.floor(answer.status / 100) : answer.status, want, `${who}: ${answer.status} ${answer.text}`);
      if (want === 404) assert.doesNotMatch(answer.text, new RegExp(`${SELF}|Another title`), `${who} is told`);
      const mine = ['clinic', 'named', 'self'].includes(who) || (row.all === true && who !== 'elsewhere');
      if (row.sees === 'list' && want === 2 && !row.part) assert.equal(new RegExp(`${w.plan.id}|"t-named"|therapists/t-named`).test(answer.text), mine, `${who}: ${answer.text}`);
    }
  });
}

test('a key may come in X-Api-Key', async () => {
  const answer = await clinic.call('GET', planPath(w.plan), { headers: { 'x-api-key': w.clinic } });
  assert.equal(answer.status, 200, answer.text);
});

test('matches need the scope of plans too: they say much about a person', async () => {
  const answer = await attempt(guarded.find(r => r.id === 'listTherapistMatches'), EXAMPLES.listTherapistMatches, as(w.lacking['plans:read']));
  assert.equal(answer.status, 403, answer.text);
});

test('lists asked for somebody else are empty, tombstones and all', async () => {
  const since = new Date(Date.now() - 1).toISOString(); // after the erasure above
  const touched = await changed(planPath(w.plan), { title: 'Changed since' });
  assert.equal((await clinic.call('PATCH', touched.target, { key: w.clinic, ...touched })).status, 200);
  const gone = await fresh();
  const deleted = await clinic.call('DELETE', planPath(gone), { key: w.clinic, headers: { ...once(), ...(await removed(planPath(gone))).headers } });
  assert.equal(deleted.status, 204, deleted.text);
  const asks = [`?patient=${SELF}`, `?patient=${SELF}&changed_since=${since}`, `?changed_since=${since}`, "?therapist=t-named", `?therapist=t-named&changed_since=${since}`].map(query => `/care-plans${query}&limit=200`);
  for (const target of asks) {
    const seen = async key => {
      const answer = await clinic.call('GET', target, { key });
      assert.equal(answer.status, 200, answer.text);
      return answer.json.items.map(item => item.id);
    };
    for (const who of ['elsewhere', 'unnamed', 'other']) {
      const ids = await seen(w[who]);
      assert.ok(!ids.includes(w.plan.id) && !ids.includes(gone.id), `${who} ${target}`);
    }
    const ids = await seen(w.clinic);
    assert.ok(ids.includes(w.plan.id), `the clinic sees ${target}`);
    assert.equal(ids.includes(gone.id), target.includes('changed_since'), target);
  }
});

test('a cursor serves only whom it was made for', async () => {
  await fresh();
  const { json } = await clinic.call('GET', '/care-plans?limit=1', { key: w.clinic });
  for (const who of ['elsewhere', 'named', 'self']) {
    const answer = await clinic.call('GET', `/care-plans?cursor=${encodeURIComponent(json.next_cursor)}`, { key: w[who] });
    assert.ok(answer.status === 422 || answer.status === 400, `${who}: ${answer.status} ${answer.text}`);
  }
});

test('an Idempotency-Key is its caller\'s own: another gets no replay', async () => {
  const headers = once();
  const body = { patient: SELF, intake: example('office-worker'), time_zone: 'Europe/London' };
  const first = await clinic.call('POST', '/care-plans', { key: w.clinic, json: body, headers });
  assert.equal(first.status, 201, first.text);
  for (const who of ['elsewhere', 'named', 'self']) {
    const answer = await clinic.call('POST', '/care-plans', { key: w[who], json: body, headers });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers['idempotency-replayed'], undefined, who);
    assert.notEqual(answer.json.id, first.json.id);
  }
});

test('without a database: 401 for who can be refused, 503 for who cannot be known, decisions for everybody', async () => {
  const alone = await startService();
  try {
    for (const route of guarded) {
      const target = route.path.replace(/\{\w+\}/g, 'x');
      const send = headers => call(alone, route.method, target, { json: /POST|PUT|PATCH/.test(route.method) ? {} : undefined, headers: { ...headers, ...typeFor(route) } });
      for (const what of Object.keys(BAD).filter(what => what !== 'an unknown key')) assert.equal((await send(BAD[what])).status, 401, `${route.id}: ${what}`);
      const answer = await send(as(UNKNOWN));
      assert.equal(answer.status, 503, `${route.id} ${answer.text}`);
      assert.ok(Number(answer.headers['retry-after']) > 0);
    }
    for (const [id, json] of [['listTechniques'], ['createRecommendation', {}]])
      for (const headers of [{}, as(UNKNOWN)]) assert.equal((await call(alone, operation(id).method, operation(id).path, { json, headers })).status, 200, id);
  } finally {
    await alone.stop();
  }
});

test('anonymous off: the catalogue and decisions need a credential, what says how to use the service does not', async () => {
  const closed = await startService({ settings: { anonymous: 'off', 'database-url': clinic.url() } });
  const right = openRequests(clinic, w);
  try {
    for (const route of open) {
      const { target, json, body } = right[route.id].make();
      const send = headers => call(closed, route.method, target, { json, body, headers: { ...headers, ...typeFor(route) } });
      assert.equal((await send({})).status, 401, route.id);
      const { status } = await send(as(w.publishable));
      assert.ok(![401, 403].includes(status) && status < 500, `${route.id} ${status}`);
    }
    for (const path of ['/', '/livez', '/openapi.json', '/problems', '/metrics']) assert.equal((await call(closed, 'GET', path)).status, 200, path);
  } finally {
    await closed.stop();
  }
});
