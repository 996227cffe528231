// CDS Hooks calls as clients make them, and the rules every card must keep (CDS Hooks 2.0, and the stricter CRD kit).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { call } from '../../api/lib/http.mjs';
import { assertFhir } from './fhir_validate.mjs';
import './witness.mjs';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HOOKS = ['patient-view', 'order-select', 'order-sign', 'appointment-book', 'problem-list-item-create'];
export const serviceOf = hook => `massage-${hook}`;
export const hooks = HOOKS;

export const bundle = (...resources) => ({
  resourceType: 'Bundle', type: 'collection', ...(resources.length ? { entry: resources.map(resource => ({ resource })) } : {}),
});
const found = (...resources) => (resources.length ? { ...bundle(...resources), type: 'searchset' } : null);

/** An order as clinics write it. */
export const order = (text, more = {}) => ({
  resourceType: 'ServiceRequest', id: 'order-1', status: 'draft', intent: 'order',
  subject: { reference: 'Patient/p1' }, code: { text }, ...more,
});
export const appointment = (text, more = {}) => ({
  resourceType: 'Appointment', id: 'appointment-1', status: 'proposed', serviceType: [{ text }],
  participant: [{ actor: { reference: 'Patient/p1' }, status: 'needs-action' }], ...more,
});

/** Everything a record holds, sorted into the keys of the prefetch. */
export function prefetchOf(resources) {
  const of = type => resources.filter(r => r.resourceType === type);
  const medications = of('Medication');
  return {
    patient: of('Patient')[0] ?? null,
    conditions: found(...of('Condition')),
    medicationRequests: found(...of('MedicationRequest'), ...medications),
    medicationStatements: found(...of('MedicationStatement')),
    allergies: found(...of('AllergyIntolerance')),
    observations: found(...of('Observation')),
    answers: found(...of('QuestionnaireResponse')),
  };
}

/** A request body: request('order-sign', { record: [...], orders: [order('massage')] }) */
export function request(hook, { record = [], orders = [], conditions = [], context = {}, prefetch, ...more } = {}) {
  const extra = {
    'patient-view': {},
    'order-select': { selections: orders.map(o => `${o.resourceType}/${o.id}`), draftOrders: bundle(...orders) },
    'order-sign': { draftOrders: bundle(...orders) },
    'appointment-book': { appointments: bundle(...orders) },
    'problem-list-item-create': { conditions: bundle(...conditions) },
  }[hook];
  return {
    hook, hookInstance: randomUUID(), fhirServer: 'https://ehr.example/fhir',
    context: { userId: 'Practitioner/dr1', patientId: 'p1', ...extra, ...context },
    prefetch: prefetch === undefined ? prefetchOf(record) : prefetch, ...more,
  };
}

/** No null, "", [] or {} anywhere in it, but an empty list of cards. */
function noEmpties(value, place) {
  assert.notEqual(value, null, place);
  assert.notEqual(value, '', place);
  if (typeof value !== 'object') return;
  assert.ok(Object.keys(value).length > 0, `${place} is empty`);
  for (const [name, member] of Object.entries(value)) noEmpties(member, `${place}.${name}`);
}

function holdSuggestion(suggestion) {
  assert.ok(suggestion.label);
  assert.match(suggestion.uuid, UUID);
  assert.ok(suggestion.actions.length > 0);
  for (const action of suggestion.actions) {
    assert.ok(['create', 'update', 'delete'].includes(action.type));
    assert.ok(action.description);
    if (action.type === 'delete') {
      assert.match(action.resourceId, /^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/);
      assert.equal(action.resource, undefined);
    } else {
      assert.equal(action.resourceId, undefined);
      assertFhir(action.resource, `${suggestion.label}`);
    }
  }
}

export function holdCards(body) {
  assert.deepEqual(Object.keys(body), ['cards'], 'no systemActions: nothing is done without a person');
  const uuids = body.cards.flatMap(c => [c.uuid, ...(c.suggestions ?? []).map(s => s.uuid)]);
  assert.equal(new Set(uuids).size, uuids.length, 'no uuid twice');
  for (const card of body.cards) {
    noEmpties(card, 'card');
    assert.match(card.uuid, UUID);
    assert.ok(card.summary.length < 140, `${card.summary.length}: ${card.summary}`);
    assert.ok(['info', 'warning', 'critical'].includes(card.indicator));
    assert.ok(card.source.label && card.source.url && card.source.topic.code && card.source.topic.system);
    assert.equal(card.actionSelectionBehavior, undefined);
    if (card.suggestions) {
      assert.equal(card.selectionBehavior, 'at-most-one');
      assert.ok(card.suggestions.filter(s => s.isRecommended).length <= 1);
      card.suggestions.forEach(holdSuggestion);
    } else assert.equal(card.selectionBehavior, undefined);
    for (const reason of card.overrideReasons ?? []) assert.ok(reason.code && reason.system && reason.display);
    for (const link of card.links ?? []) {
      assert.equal(link.type, 'absolute');
      assert.equal(link.appContext, undefined);
      new URL(link.url);
    }
  }
}

/** Calls the service of a hook; an answer of 200 is held against every rule for cards. */
export async function cds(service, hook, body, { headers, id = serviceOf(hook) } = {}) {
  const answer = await call(service, 'POST', `/cds-services/${id}`, { json: body, headers });
  if (answer.status === 200) holdCards(answer.json);
  return answer;
}

/** The cards of a call that must succeed. */
export async function cards(service, hook, options) {
  const answer = await cds(service, hook, request(hook, options));
  assert.equal(answer.status, 200, answer.text);
  return answer.json.cards;
}
