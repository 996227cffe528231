// Bulk export: all of a tenant as NDJSON over several files, every resource exactly once whatever is written meanwhile,
// for the clinic alone, as the Bulk Data specification has it and as its clients behave.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { Clinic } from '../api/lib/clinic.mjs';
import { call } from '../api/lib/http.mjs';
import { fhirCall } from './lib/fhir_call.mjs';

const PLANS = 130, SCORES = 60, ROWS = 40, TYPES = ['AdverseEvent', 'CarePlan', 'Goal', 'Observation', 'Practitioner', 'PractitionerRole', 'Procedure', 'Provenance'];
const ASYNC = { prefer: 'respond-async', accept: 'application/fhir+json' };
const clinic = new Clinic();
let key, other, plans;
const as = (who = key) => (who ? { authorization: `Bearer ${who}` } : {});
const json = (target, body) => clinic.made(target, body, { key });
const start = rows => clinic.start({ 'export-rows': rows, 'statement-ms': 20_000 });

/** Plans and scores copied from one of each; a third of them were made at the very same moment. */
function copy(template, score) {
  const [patient, plan] = template.id.split('.');
  const id = n => `lpad(translate((${n})::text, '0189', 'bxyz'), 25, 'a')`;
  const columns = table => clinic.sql(`SELECT column_name FROM information_schema.columns WHERE table_schema = 'unknot' AND table_name = '${table}' AND is_generated = 'NEVER'`).flat();
  const insert = (table, count, one, changed) => {
    const names = columns(table);
    clinic.sql(`INSERT INTO unknot.${table} (${names}) SELECT ${names.map(name => changed[name] ?? `t.${name}`)} FROM unknot.${table} t, generate_series(1, ${count}) n WHERE ${one}`);
  };
  const moment = "t.created_at - interval '1 day' + (n % 90) / 30 * interval '1 hour'";
  insert('care_plans', PLANS - 1, `plan_id = '${plan}'`, { plan_id: `'a' || ${id('n')}`, created_at: moment, updated_at: moment });
  insert('measurements', SCORES - 1, `measurement_id = '${score.measurement_id}'`, { measurement_id: `'m-b' || ${id('n')}`, plan_id: `'a' || ${id('n')}`, created_at: moment });
  return clinic.sql(`SELECT patient_id || '.' || plan_id FROM unknot.care_plans WHERE patient_id = '${patient}'`).flat();
}

before(async () => {
  await start(ROWS);
  key = clinic.makeKey();
  other = clinic.makeKey('--tenant', 'other', '--new-tenant');
  for (const id of ['ann', 'b_b']) await json('/therapists', { therapist_id: id, name: id, techniques: ['swedish'] });
  const template = await clinic.plan('many', key);
  plans = copy(template, await json(`/care-plans/${template.id}/measurements`, { instrument: 'nrs', score: 4 }));
  assert.equal(plans.length, PLANS);
  for (const id of plans.slice(0, 4)) await clinic.session({ id }, key, { adverse_events: [{ id: 'ae_soreness' }, { id: 'ae_bruise' }] });
  await clinic.plan('theirs', other);
});
after(() => clinic.end());

const pathOf = url => url.replace(/^https?:\/\/[^/]+/, '');
const begin = (query = '', who = key, more = {}) => fhirCall(clinic.service, 'GET', `/fhir/$export${query}`, { headers: { ...ASYNC, ...as(who), ...more } });
const acceptOf = target => (target.includes('$export-file') ? 'application/fhir+ndjson' : 'application/json');
const ask = (target, who = key, more = {}) => call(clinic.service, 'GET', target, { headers: { accept: acceptOf(target), ...as(who), ...more } });
const fileOf = (url, who) => ask(pathOf(url), who);
const jobOf = kicked => {
  assert.equal(kicked.status, 202, kicked.text);
  return pathOf(kicked.headers['content-location']);
};
const manifestOf = async (kicked, who = key) => {
  const manifest = await ask(jobOf(kicked), who);
  assert.equal(manifest.status, 200, manifest.text);
  return manifest.json;
};
/** All resources by type. */
async function all(manifest, rows = ROWS) {
  const found = new Map();
  for (const { type, url } of manifest.output) {
    const file = await fileOf(url);
    assert.equal(file.status, 200, file.text);
    assert.match(file.headers['content-type'], /^application\/fhir\+ndjson/);
    const lines = file.text.split('\n');
    assert.equal(lines.pop(), '', 'every line ends');
    assert.ok(lines.length > 0 && lines.length <= 2 * rows, `${type}: ${lines.length} in a file`);
    const resources = lines.map(line => JSON.parse(line));
    for (const resource of resources) assert.equal(resource.resourceType, type);
    found.set(type, [...(found.get(type) ?? []), ...resources]);
  }
  return found;
}
const ids = resources => (resources ?? []).map(r => r.id).sort();
const places = answer => answer.json.issue.flatMap(issue => issue.expression ?? []);

test('everything exactly once, over several files, as it is read', async () => {
  const manifest = await manifestOf(await begin());
  assert.equal(manifest.requiresAccessToken, true);
  assert.deepEqual(manifest.error, []);
  assert.equal(pathOf(manifest.request), '/fhir/$export');
  assert.equal(manifest.output.filter(o => o.type === 'CarePlan').length, Math.ceil(PLANS / ROWS));
  const found = await all(manifest);
  assert.deepEqual([...found.keys()].sort(), TYPES);
  for (const type of ['CarePlan', 'Goal', 'Provenance']) assert.deepEqual(ids(found.get(type)), [...plans].sort(), type);
  assert.equal(found.get('Observation').length, SCORES);
  assert.equal(new Set(ids(found.get('Observation'))).size, SCORES);
  assert.equal(new Set(ids(found.get('AdverseEvent'))).size, 8);
  assert.deepEqual(ids(found.get('Practitioner')), ['ann'], 'b_b is no id in FHIR');
  assert.deepEqual(ids(found.get('PractitionerRole')), ['ann']);
  assert.equal(new Set(ids(found.get('Procedure'))).size, 4);
  for (const type of ['CarePlan', 'Observation', 'Procedure', 'AdverseEvent', 'Practitioner']) {
    const resource = found.get(type)[0];
    assert.deepEqual((await fhirCall(clinic.service, 'GET', `/fhir/${type}/${resource.id}`, { headers: as() })).json, resource, 'as it is read');
  }
  const audit = await ask('/audit-events?limit=200');
  assert.ok(audit.json.items.some(e => e.action === 'tenant.export'));
});

test('while it goes on plans are made, changed and deleted: what was there comes once, as it is now', async () => {
  const kicked = await begin('?_type=CarePlan');
  const late = await clinic.plan('late', key);
  const manifest = await manifestOf(kicked);
  const [gone, ...changed] = plans.slice(60, 66);
  for (const id of changed) {
    const headers = { 'content-type': 'application/merge-patch+json', 'if-match': await clinic.etag(`/care-plans/${id}`, key), 'idempotency-key': `t-${id}` };
    assert.equal((await clinic.call('PATCH', `/care-plans/${id}`, { key, headers, json: { title: 'Changed meanwhile' } })).status, 200);
  }
  const etag = await clinic.etag(`/care-plans/${gone}`, key);
  assert.equal((await clinic.call('DELETE', `/care-plans/${gone}`, { key, headers: { 'if-match': etag, 'idempotency-key': 'gone' } })).status, 204);
  const found = (await all(manifest)).get('CarePlan');
  assert.deepEqual(ids(found), plans.filter(id => id !== gone).sort());
  assert.deepEqual(ids(found.filter(plan => plan.title === 'Changed meanwhile')), [...changed].sort());
  assert.ok(!ids(found).includes(late.id));

  // The next one begins where this one says: what changed since is in it, and it is all there is in it.
  const next = (await all(await manifestOf(await begin(`?_type=CarePlan&_since=${encodeURIComponent(manifest.transactionTime)}`)))).get('CarePlan');
  for (const id of [late.id, ...changed]) assert.ok(ids(next).includes(id), 'a change is lost between two exports');
  assert.ok(next.length < 30, `${next.length} of ${PLANS}`);
  assert.ok(Date.parse(manifest.transactionTime) < Date.now() - 50_000, 'a write under way is in the next one');
  plans = plans.filter(id => id !== gone);
  plans.push(late.id);
});

test('one large file is the same as many small ones; the service may end in between', async () => {
  const kicked = await begin('?_type=CarePlan,Observation'), manifest = await manifestOf(kicked);
  const before = await all(manifest);
  await clinic.service.stop();
  await start(1000);
  const again = await manifestOf(kicked);
  assert.deepEqual(again.output.map(file => file.type), ['CarePlan', 'Observation']);
  assert.equal(again.transactionTime, manifest.transactionTime);
  assert.deepEqual(await all(again, 1000), before);
  assert.deepEqual(await all(manifest), before, 'files named before');
  await clinic.service.stop();
  await start(ROWS);
});

test('what was deleted is told to who has the rest', async () => {
  const since = encodeURIComponent(new Date(Date.now() - 1000).toISOString());
  const plan = await clinic.plan('leaving', key), session = await clinic.session(plan, key, { adverse_events: [{ id: 'ae_soreness' }] });
  await json('/therapists', { therapist_id: 'leaving', name: 'x', techniques: ['swedish'] });
  const remove = async target => {
    const answer = await clinic.call('DELETE', target, { key, headers: { 'if-match': await clinic.etag(target, key), 'idempotency-key': target } });
    assert.equal(answer.status, 204, answer.text);
  };
  await remove(`/care-plans/${plan.id}/sessions/${session.id ?? session.session_id}`);
  await remove(`/care-plans/${plan.id}`);
  await remove('/therapists/leaving');
  const { deleted, output } = await manifestOf(await begin(`?_since=${since}`));
  assert.ok(deleted.every(file => file.type === 'Bundle' && /\.deleted\.1\.ndjson$/.test(file.url)));
  const gone = [];
  for (const { url } of deleted)
    for (const line of (await fileOf(url)).text.trimEnd().split('\n')) {
      const { resourceType, type, entry } = JSON.parse(line);
      assert.deepEqual([resourceType, type, entry.length, entry[0].request.method], ['Bundle', 'transaction', 1, 'DELETE']);
      gone.push(entry[0].request.url);
      assert.ok([404, 410].includes((await ask(`/fhir/${entry[0].request.url}`, key, { accept: 'application/fhir+json' })).status), entry[0].request.url);
    }
  assert.deepEqual([...new Set(gone.map(url => url.split('/')[0]))].sort(), TYPES.filter(type => type !== 'Observation'));
  assert.equal(new Set(gone).size, gone.length, 'once each');
  for (const id of [`CarePlan/${plan.id}`, `Goal/${plan.id}`, 'Practitioner/leaving']) assert.ok(gone.includes(id), id);
  assert.ok(output.every(file => file.type !== 'Practitioner'));
  assert.deepEqual((await manifestOf(await begin())).deleted, [], 'who asks for all has nothing to delete');
});

test('_type and _since narrow it; nothing is an empty list', async () => {
  const typesOf = async query => [...new Set((await manifestOf(await begin(query))).output.map(file => file.type))].sort();
  assert.deepEqual(await typesOf('?_type=CarePlan&_type=Goal'), ['CarePlan', 'Goal'], 'a repeated _type means both');
  assert.deepEqual(await typesOf('?_type=Practitioner,%20Goal'), ['Goal', 'Practitioner'], 'as some clients write a list');
  assert.deepEqual(await typesOf('?_since=2999-01-01T00:00:00Z'), []);
  assert.deepEqual(await typesOf('?_since=2000-01-01&_outputFormat=application%2Ffhir%2Bndjson'), TYPES);
  assert.deepEqual(await typesOf('?_outputFormat=ndjson&_type=Goal'), ['Goal']);
  assert.deepEqual(await typesOf(`?_type=${'Goal,'.repeat(130)}`), ['Goal'], 'a long query');
});

test('what cannot be is refused with the place; lenient clients get the rest, and are told', async () => {
  for (const [query, place] of [['?_type=Patient', '_type'], ['?_since=never', '_since'], ['?_outputFormat=text/csv', '_outputFormat'],
    ['?_typeFilter=CarePlan%3Fstatus%3Dactive', '_typeFilter'], ['?_elements=id', '_elements'], [`?_type=${'Goal,'.repeat(200)}`, '_type']]) {
    const refused = await begin(query);
    assert.equal(refused.status, 400, refused.text);
    assert.deepEqual(places(refused), [`http.${place}`]);
  }
  const manifest = await manifestOf(await begin('?_type=Patient,Practitioner&_typeFilter=x', key, { prefer: 'respond-async, handling=lenient' }));
  assert.deepEqual(manifest.output.map(o => o.type), ['Practitioner']);
  assert.deepEqual(manifest.error.map(o => o.type), ['OperationOutcome']);
  const told = await fileOf(manifest.error[0].url);
  assert.deepEqual(told.text.trim().split('\n').map(line => JSON.parse(line).issue.map(i => i.details.text)), [['_typeFilter is not supported and was ignored.', '_type=Patient is not supported and was ignored.']]);
  for (const more of [{ prefer: 'return=minimal' }, { prefer: '' }]) {
    const eager = await begin('', key, more);
    assert.equal(eager.status, 400);
    assert.deepEqual(places(eager), ['http.Prefer']);
  }
});

test('for the clinic alone, by URLs that nobody else can make', async () => {
  const job = jobOf(await begin('?_type=CarePlan')), file = pathOf((await ask(job)).json.output[0].url);
  const narrow = [clinic.makeKey('--therapist', 'ann'), clinic.makeKey('--patient', 'p1')];
  for (const target of ['/fhir/$export', job, file])
    for (const [who, want] of [[null, 401], ...narrow.map(k => [k, 403]), ...(target === '/fhir/$export' ? [] : [[other, 404]])]) {
      const answer = await ask(target, who, { prefer: 'respond-async' });
      assert.equal(answer.status, want, `${target} ${answer.text}`);
    }
  const [payload, mac] = basename(job).split('.'), flip = text => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
  const wider = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url')), t: ['Goal'] })).toString('base64url');
  for (const target of [`${job}x`, `/fhir/$export/${payload}`, `/fhir/$export/${payload}.`, `/fhir/$export/${flip(payload)}.${mac}`, `/fhir/$export/${payload}.${flip(mac)}`,
    `/fhir/$export/${wider}.${mac}`, '/fhir/$export/x', '/fhir/$export-file/x.y/x', job.replace('$export', '$export-file') + '/x', file.replace('$export-file', '$export').replace(/\/[^/]*$/, '')])
    assert.equal((await ask(target)).status, 404, target);
  const theirs = await manifestOf(await begin('?_type=CarePlan', other), other);
  assert.equal(theirs.output.length, 1);
  assert.equal((await fileOf(theirs.output[0].url, other)).text.trimEnd().split('\n').length, 1);
  assert.equal((await fileOf(theirs.output[0].url)).status, 404, 'a URL of another tenant');
});

test('URLs end: by themselves, which is 410, or by DELETE, which is 404 for the manifest and every file', async () => {
  const job = jobOf(await begin('?_type=Goal')), { json: manifest, headers } = await ask(job);
  const lives = Date.parse(headers.expires) - Date.now();
  assert.ok(lives > 23 * 3600_000 && lives < 25 * 3600_000, headers.expires);
  const [[secret]] = clinic.sql("SELECT encode(cursor_secret, 'hex') FROM unknot.tenants t WHERE EXISTS (SELECT FROM unknot.therapists WHERE tenant_id = t.tenant_id)");
  const expired = token => {
    const payload = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(token.split('.')[0], 'base64url')), x: Math.floor(Date.now() / 1000) - 1 })).toString('base64url');
    return `${payload}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(payload).digest().subarray(0, 16).toString('base64url')}`;
  };
  const file = pathOf(manifest.output[0].url), [, token, name] = file.match(/export-file\/([^/]+)\/(.+)/);
  for (const target of [`/fhir/$export/${expired(basename(job))}`, `/fhir/$export-file/${expired(token)}/${name}`]) {
    const gone = await ask(target);
    assert.equal(gone.status, 410, gone.text);
    assert.equal(gone.json.resourceType, 'OperationOutcome');
  }
  const remove = () => fhirCall(clinic.service, 'DELETE', job, { headers: as() });
  const ended = await remove();
  assert.equal(ended.status, 202);
  assert.equal(ended.json.resourceType, 'OperationOutcome');
  assert.equal((await remove()).status, 404);
  for (const target of [job, file]) assert.equal((await ask(target)).status, 404, target);
  assert.equal((await manifestOf(await begin('?_type=Goal'))).output.length, Math.ceil(plans.length / ROWS), 'another one is not');
});

test('as bulk data clients go about it: names for files, compressed, several at a time, HEAD', async () => {
  const manifest = await manifestOf(await begin());
  const names = manifest.output.map(file => basename(file.url));
  assert.equal(new Set(names).size, names.length, 'clients store a file under the last part of its URL');
  for (const name of names) assert.match(name, /^[A-Za-z]+\.\d+\.ndjson$/);
  const files = await Promise.all(manifest.output.map(({ url }) => ask(pathOf(url), key, { 'accept-encoding': 'gzip, deflate, br, identity' })));
  for (const file of files) {
    assert.equal(file.status, 200, file.text);
    assert.equal(file.headers['content-encoding'], 'gzip');
  }
  assert.deepEqual(files[0].text, (await fileOf(manifest.output[0].url)).text);
  assert.ok(files[0].wire.length * 5 < files[0].body.length, 'gzip is worth it');
  const head = await call(clinic.service, 'HEAD', pathOf(manifest.output[0].url), { headers: as() });
  assert.equal(head.status, 200);
  const metadata = await fhirCall(clinic.service, 'GET', '/fhir/metadata');
  assert.deepEqual(metadata.json.rest[0].operation.map(o => o.name), ['export']);
});
