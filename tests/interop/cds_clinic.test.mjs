// A clinic at work: a critical card for a patient on apixaban, the suggestion applied, the plan in the store; and what
// became of the cards, kept once and read as rates.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { call } from '../api/lib/http.mjs';
import { cds, order, request, serviceOf } from './lib/cds.mjs';
import { openClinic } from './lib/clinic.mjs';
import { fhirCall } from './lib/fhir_call.mjs';

let clinic, key, other;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
});
after(() => clinic?.stop());

const as = (who = key) => ({ authorization: `Bearer ${who}` });
const daysAgo = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const subject = { reference: 'Patient/p1' };
const record = [
  { resourceType: 'Patient', id: 'p1', gender: 'male', birthDate: '1956-03-01' },
  { resourceType: 'MedicationRequest', id: 'm1', status: 'active', intent: 'order', subject, authoredOn: daysAgo(300), medicationCodeableConcept: { text: 'apixaban 5 mg' } },
  { resourceType: 'Condition', id: 'c1', subject, onsetDateTime: daysAgo(200), clinicalStatus: { coding: [{ code: 'active' }] },
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M54.50' }] } },
  { resourceType: 'Observation', id: 'o1', status: 'final', subject, effectiveDateTime: daysAgo(1),
    code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 4, code: '{score}' } },
];
const cardsOf = async () => (await cds(clinic.service, 'order-sign', request('order-sign', { record, orders: [order('Deep tissue massage')] }))).json.cards;
const feedback = (items, who, hook = 'order-sign') =>
  call(clinic.service, 'POST', `/cds-services/${serviceOf(hook)}/feedback`, { json: { feedback: items }, headers: who ? as(who) : {} });
const stats = async (who = key, hook = 'order-sign') =>
  (await call(clinic.service, 'GET', `/cds-services/${serviceOf(hook)}/stats`, { headers: as(who) })).json;

test('a critical card for deep tissue massage on apixaban; the suggestion is applied; the plan is among the plans', async () => {
  const [card] = (await cardsOf()).filter(c => c.indicator === 'critical');
  assert.match(card.summary, /Deep tissue massage: contraindicated .*anticoagulant/);
  const suggestion = card.suggestions.find(s => s.actions[0].type === 'create');
  const { resource } = suggestion.actions[0];
  const created = await fhirCall(clinic.service, 'POST', '/fhir/CarePlan', { json: resource, headers: { ...as(), 'idempotency-key': randomUUID() } });
  assert.equal(created.status, 201, created.text);
  const { json } = await call(clinic.service, 'GET', '/care-plans', { headers: as() });
  const technique = resource.activity[0].detail.code.coding[0].code;
  const plan = json.items.find(p => p.id === created.json.id);
  assert.ok(plan, JSON.stringify(json).slice(0, 600));
  assert.equal(plan.technique, technique);
  assert.equal(plan.patient, 'p1');
  const taken = await feedback([{ card: card.uuid, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }], outcomeTimestamp: new Date().toISOString() }], key);
  assert.deepEqual([taken.status, taken.json], [200, { stored: 1 }]);
});

test('a plan that was changed into what must not be is refused with its reasons', async () => {
  const [card] = await cardsOf();
  const { resource } = card.suggestions.find(s => s.actions[0].type === 'create').actions[0];
  const [first, ...rest] = resource.activity;
  const forbidden = rest.find(a => a.detail.code.coding[0].code === 'deep_tissue');
  const { doNotPerform, ...detail } = forbidden.detail;
  const answer = await fhirCall(clinic.service, 'POST', '/fhir/CarePlan', {
    json: { ...resource, activity: [{ detail }] }, headers: { ...as(), 'idempotency-key': randomUUID() } });
  assert.ok([409, 422].includes(answer.status), answer.text);
  assert.ok(first && doNotPerform);
});

test('feedback is kept once, by rule, and read as a rate', async () => {
  const before = await stats();
  const uuids = (await Promise.all([cardsOf(), cardsOf(), cardsOf()])).map(([c]) => c.uuid);
  const outcomeTimestamp = '2026-11-22T10:00:00.000Z';
  const overridden = uuids.map((card, i) => ({ card, outcome: 'overridden', outcomeTimestamp,
    ...(i ? { overrideReason: { reason: { code: 'clinician-cleared' }, userComment: 'the patient, Mr Smith, insists' } } : {}) }));
  assert.deepEqual((await feedback(overridden, key)).json, { stored: 3 });
  assert.deepEqual((await feedback(overridden, key)).json, { stored: 0 }, 'the same again');
  assert.deepEqual((await feedback([{ ...overridden[0], outcomeTimestamp: '2026-11-22T11:00:00+01:00' }], key)).json, { stored: 0 }, 'the same moment elsewhere');
  const now = await stats();
  const of = list => list.items.find(i => i.rule === 'D1.anticoagulant.stable' || /anticoagulant/.test(i.rule ?? '')) ?? { overridden: 0, accepted: 0 };
  assert.equal(of(now).overridden - of(before).overridden, 3);
  assert.equal(of(now).topic, 'contraindicated');
  assert.ok(of(now).override_rate > 0 && of(now).override_rate <= 1);
  assert.equal(of(now).commented, 2);
  assert.deepEqual(of(now).override_reasons, [{ cards: 1 }, { code: 'clinician-cleared', cards: 2 }]);
  assert.doesNotMatch(JSON.stringify(now), /Smith/);
});

test('of what is said about one card at several times the last counts, in whatever order it comes', async () => {
  const read = async () => (await stats()).items.find(i => /anticoagulant/.test(i.rule ?? ''));
  const before = await read(), [{ uuid: card }] = await cardsOf();
  const at = minute => `2026-11-22T13:0${minute}:00Z`;
  const override = (minute, code) => ({ card, outcome: 'overridden', outcomeTimestamp: at(minute), overrideReason: { reason: { code } } });
  const accept = { card, outcome: 'accepted', acceptedSuggestions: [{ id: randomUUID() }], outcomeTimestamp: at(3) };
  assert.deepEqual((await feedback([override(2, 'not-relevant'), override(1, 'already-adapted')], key)).json, { stored: 2 });
  let now = await read();
  assert.equal(now.overridden - before.overridden, 1, 'one card');
  assert.ok(now.override_reasons.some(r => r.code === 'not-relevant') && !now.override_reasons.some(r => r.code === 'already-adapted'));
  assert.deepEqual((await feedback([accept, override(0, 'already-adapted')], key)).json, { stored: 2 });
  now = await read();
  assert.deepEqual([now.accepted - before.accepted, now.overridden - before.overridden], [1, 0]);
});

test('each tenant reads its own, each service too', async () => {
  assert.deepEqual((await stats(other)).items, []);
  assert.deepEqual((await stats(key, 'patient-view')).items, []);
});

test('many send the same at once: it is kept once', async () => {
  const items = [{ card: randomUUID(), outcome: 'overridden', outcomeTimestamp: '2026-11-22T12:00:00Z' }];
  const answers = await Promise.all(Array.from({ length: 16 }, () => feedback(items, key)));
  assert.ok(answers.every(a => a.status === 200), answers.map(a => a.status).join());
  assert.equal(answers.reduce((sum, a) => sum + a.json.stored, 0), 1);
  assert.ok((await stats()).items.some(i => i.topic === 'unknown'), 'a card that is none of ours is kept as such');
});

test('as the sandbox sends it: a reason without system, no tenant; it is taken and says that nothing is kept', async () => {
  const answer = await feedback([{ card: randomUUID(), outcome: 'overridden', overrideReason: { reason: { code: 'not-relevant' } }, outcomeTimestamp: '2026-11-22T12:00:00.123Z' }]);
  assert.deepEqual([answer.status, answer.json], [200, { stored: 0 }]);
});

const good = () => ({ card: randomUUID(), outcome: 'accepted', acceptedSuggestions: [{ id: randomUUID() }], outcomeTimestamp: '2026-11-22T12:00:00Z' });
for (const [name, items, pointer] of [
  ['no items', [], '#/feedback'],
  ['no card', [{ ...good(), card: undefined }], '#/feedback/0/card'],
  ['a card that is no UUID', [{ ...good(), card: 'x' }], '#/feedback/0/card'],
  ['an outcome that does not exist', [{ ...good(), outcome: 'ignored' }], '#/feedback/0/outcome'],
  ['accepted, and nothing that was', [good(), { ...good(), acceptedSuggestions: undefined }], '#/feedback/1/acceptedSuggestions'],
  ['no time', [{ ...good(), outcomeTimestamp: undefined }], '#/feedback/0/outcomeTimestamp'],
  ['a day that does not exist', [{ ...good(), outcomeTimestamp: '2026-02-30T12:00:00Z' }], '#/feedback/0/outcomeTimestamp'],
  ['an hour that does not exist', [{ ...good(), outcomeTimestamp: '2026-02-20T24:00:00Z' }], '#/feedback/0/outcomeTimestamp'],
  ['a time without a zone', [{ ...good(), outcomeTimestamp: '2026-02-20T12:00:00' }], '#/feedback/0/outcomeTimestamp'],
  ['a reason without reason and comment', [{ ...good(), overrideReason: {} }], '#/feedback/0/overrideReason'],
]) test(`feedback with ${name} is 400 and says where`, async () => {
  const answer = await feedback(items, key);
  assert.equal(answer.status, 400, answer.text);
  assert.ok(answer.json.errors.some(e => e.pointer === pointer), JSON.stringify(answer.json.errors));
});

test('feedback for a service that does not exist is 404; rates need a key', async () => {
  assert.equal((await call(clinic.service, 'POST', '/cds-services/nobody/feedback', { json: { feedback: [good()] } })).status, 404);
  assert.equal((await call(clinic.service, 'GET', '/cds-services/nobody/stats', { headers: as() })).status, 404);
  assert.equal((await call(clinic.service, 'GET', `/cds-services/${serviceOf('order-sign')}/stats`)).status, 401);
});
