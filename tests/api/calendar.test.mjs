// Links that open a calendar without a key: made, used, revoked, ended; what they show and to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedDesk } from './lib/desk.mjs';

const desk = sharedDesk();
const open = (url, headers) => desk.get(url, { key: null, headers });
const linksOf = plan => `/care-plans/${plan.id}/calendar-links`;
async function newLink(plan, json = {}) {
  const made = await desk.write('POST', linksOf(plan), json);
  assert.equal(made.status, 201, made.text);
  return made.json;
}
const audit = async action => (await desk.get('/audit-events?limit=200')).json.items.filter(e => e.action === action);

test('a link opens the calendar of its plan, and nothing says more than it must', async () => {
  const plan = await desk.newPlan('P-link');
  await desk.newSession(plan, { planned_on: plan.starts_on });
  const link = await newLink(plan);
  const answer = await open(link.url);
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^text\/calendar/);
  assert.doesNotMatch(answer.text, /massage|pain|pressure|P-link|Swedish/i);
  assert.ok(!answer.text.includes(plan.id.split('.')[0]), 'no patient_id');
  const full = await open((await newLink(plan, { titles: 'full' })).url);
  assert.match(full.text, /SUMMARY:Massage\\, session 1/);
  assert.equal((await audit('calendar_link.create')).length, 2);
});

test('304 until the plan changes', async () => {
  const plan = await desk.newPlan('P-304');
  const { url } = await newLink(plan);
  const { etag } = (await open(url)).headers;
  assert.equal((await open(url, { 'if-none-match': etag })).status, 304);
  await desk.newSession(plan, { planned_on: plan.starts_on });
  const changed = await open(url, { 'if-none-match': etag });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, etag);
});

test('revoked, ended, deleted: gone; and listed as such', async () => {
  const plan = await desk.newPlan('P-revoke');
  const link = await newLink(plan), other = await newLink(plan);
  assert.equal((await desk.send('DELETE', `${linksOf(plan)}/${link.link_id}`)).status, 204);
  assert.equal((await open(link.url)).status, 410);
  assert.equal((await open(other.url)).status, 200, 'the other one still holds');
  assert.equal((await desk.send('DELETE', `${linksOf(plan)}/${link.link_id}`)).status, 410);
  assert.equal((await desk.send('DELETE', `${linksOf(plan)}/k-${'a'.repeat(26)}`)).status, 404);
  assert.equal((await audit('calendar_link.revoke')).length, 1);
  const { items } = (await desk.get(linksOf(plan))).json;
  assert.deepEqual(items.map(i => [i.link_id, i.url === null, i.revoked_at === null]).sort(),
    [[link.link_id, true, false], [other.link_id, false, true]].sort());
  assert.equal((await desk.remove(`/care-plans/${plan.id}`)).status, 204);
  assert.equal((await open(other.url)).status, 410);
});

test('a link is signed: not one bit of it may change, and nobody makes one up', async () => {
  const plan = await desk.newPlan('P-signed');
  const { url } = await newLink(plan);
  const [head, token] = [url.slice(0, '/calendars/'.length), url.slice('/calendars/'.length, -4)];
  const bytes = Buffer.from(token, 'base64url');
  for (let i = 0; i < bytes.length; i += 3) {
    const forged = Buffer.from(bytes);
    forged[i] ^= 1;
    assert.equal((await open(`${head}${forged.toString('base64url')}.ics`)).status, 404, `byte ${i}`);
  }
  for (const wrong of [token, `${token}.ICS`, `${token}A.ics`, `${token.slice(0, -1)}.ics`, `${token}.ics.ics`, '.ics', `${'A'.repeat(120)}.ics`])
    assert.equal((await open(`${head}${wrong}`)).status, 404, wrong);
});

test('a replay gives the same link; twenty are enough; dates are checked', async () => {
  const plan = await desk.newPlan('P-many');
  const headers = { 'idempotency-key': 'one-link' };
  const first = await desk.write('POST', linksOf(plan), {}, { headers });
  const again = await desk.write('POST', linksOf(plan), {}, { headers });
  assert.equal(again.text, first.text);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  for (let i = 1; i < 20; i++) await newLink(plan);
  assert.equal((await desk.write('POST', linksOf(plan), {})).status, 409);
  await desk.send('DELETE', `${linksOf(plan)}/${first.json.link_id}`);
  await newLink(plan);
  const refused = async json => (await desk.write('POST', linksOf(plan), json)).json;
  for (const json of [{ expires_on: '2020-01-01' }, { expires_on: '2999-01-01' }, { expires_on: 'soon' }, { titles: 'all' }, { link_id: 'k-x' }]) {
    const problem = await refused(json);
    assert.equal(problem.code, 'invalid_content');
    assert.ok(problem.errors[0].pointer.startsWith(`#/${Object.keys(json)[0]}`), JSON.stringify(problem.errors));
  }
  assert.equal((await desk.send('POST', linksOf(plan), { json: {} })).status, 400, 'without an Idempotency-Key');
});

test('links of others: not seen, not made, not revoked; a reader makes none', async () => {
  const plan = await desk.newPlan('P-mine');
  const link = await newLink(plan);
  const other = desk.makeKey('--tenant', 'elsewhere', '--new-tenant'), someone = desk.makeKey('--patient', 'P-someone');
  for (const key of [other, someone]) {
    assert.equal((await desk.get(linksOf(plan), { key })).status, 404);
    assert.equal((await desk.write('POST', linksOf(plan), {}, { key })).status, 404);
    assert.equal((await desk.send('DELETE', `${linksOf(plan)}/${link.link_id}`, { key })).status, 404);
  }
  const reader = desk.makeKey('--scopes', 'plans:read');
  assert.equal((await desk.get(linksOf(plan), { key: reader })).status, 403);
  assert.equal((await desk.write('POST', linksOf(plan), {}, { key: reader })).status, 403);
  const self = desk.makeKey('--patient', 'P-mine');
  assert.equal((await desk.write('POST', linksOf(plan), {}, { key: self })).status, 201);
  const elsewhere = await desk.newPlan('P-mine');
  assert.equal((await desk.send('DELETE', `${linksOf(elsewhere)}/${link.link_id}`)).status, 404, 'a link of another plan');
});

test('erasure takes links along; an export names them', async () => {
  const plan = await desk.newPlan('P-erased');
  const { url } = await newLink(plan);
  const exported = await desk.get('/patients/P-erased/export');
  assert.equal(exported.json.calendar_links.length, 1);
  assert.equal((await desk.write('DELETE', '/patients/P-erased')).status, 200);
  assert.equal((await open(url)).status, 404);
});

test('the token is in no log line and no metric', async () => {
  const plan = await desk.newPlan('P-log');
  const { url } = await newLink(plan);
  await open(url);
  const metrics = await desk.get('/metrics');
  const said = [...desk.service.output, ...desk.service.errors, metrics.text].join('\n');
  assert.ok(!said.includes(url.slice(11, 60)));
});
