// CDS Hooks 2.0: every rule of the protocol that a client can see, with requests as real clients send them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { call, get } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { appointment, bundle, cards, cds, hooks, order, prefetchOf, request, serviceOf } from './lib/cds.mjs';
import { assertFhir } from './lib/fhir_validate.mjs';
import { responseOf } from './lib/responses.mjs';

const service = await startService();
after(() => service.stop());

const daysAgo = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const subject = { reference: 'Patient/p1' };
const man = { resourceType: 'Patient', id: 'p1', gender: 'male', birthDate: '1956-03-01' };
const apixaban = {
  resourceType: 'MedicationRequest', id: 'm1', status: 'active', intent: 'order', subject, authoredOn: daysAgo(300),
  medicationCodeableConcept: { text: 'Eliquis 5 mg', coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1364430' }] },
};
const problem = (code, more = {}) => ({
  resourceType: 'Condition', id: `c-${code}`, subject,
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code }] },
  clinicalStatus: { coding: [{ code: 'active' }] }, ...more,
});
const backPain = problem('M54.50', { onsetDateTime: daysAgo(200) });
const pain = {
  resourceType: 'Observation', id: 'o1', status: 'final', subject, effectiveDateTime: daysAgo(0),
  code: { coding: [{ system: 'http://loinc.org', code: '72514-3' }] }, valueQuantity: { value: 4, unit: '{score}', code: '{score}' },
};
const deepTissue = order('Deep tissue massage');
const critical = list => list.filter(c => c.indicator === 'critical');

// ---- discovery ----

test('discovery lists a service a hook, with templates that only use the context', async () => {
  const { json, status } = await get(service, '/cds-services');
  assert.equal(status, 200);
  assert.deepEqual(json.services.map(s => s.hook).sort(), [...hooks].sort());
  for (const s of json.services) {
    assert.equal(s.id, serviceOf(s.hook));
    assert.ok(s.title && s.description && s.usageRequirements);
    for (const template of Object.values(s.prefetch)) {
      assert.match(template, /^[A-Z][A-Za-z]+(\/|\?)/, 'a FHIR read or search');
      for (const [, token] of template.matchAll(/\{\{([^}]*)\}\}/g)) assert.match(token, /^context\.(patientId|userId)$/);
    }
  }
});

test('discovery answers those who ask for FHIR in its old and new spelling', async () => {
  for (const accept of ['application/json+fhir', 'application/fhir+json', 'application/json', '*/*'])
    assert.equal((await get(service, '/cds-services', { accept })).status, 200, accept);
});

// ---- calls ----

for (const [name, change, pointer] of [
  ['without hook', b => delete b.hook, '#/hook'],
  ['with another hook', b => { b.hook = 'order-sign'; }, '#/hook'],
  ['without hookInstance', b => delete b.hookInstance, '#/hookInstance'],
  ['with a hookInstance that is no UUID', b => { b.hookInstance = 'x'; }, '#/hookInstance'],
  ['without context', b => delete b.context, '#/context'],
  ['with a context that is a list', b => { b.context = []; }, '#/context'],
  ['without userId', b => delete b.context.userId, '#/context/userId'],
  ['without patientId', b => delete b.context.patientId, '#/context/patientId'],
  ['with a prefetch that is a list', b => { b.prefetch = []; }, '#/prefetch'],
  ['with a token and no server', b => { delete b.fhirServer; b.fhirAuthorization = { access_token: 'x' }; }, '#/fhirServer'],
]) test(`a call ${name} is 400 and says where`, async () => {
  const body = request('patient-view', { record: [man] });
  change(body);
  const answer = await cds(service, 'patient-view', body);
  assert.equal(answer.status, 400);
  assert.equal(answer.json.code, 'invalid_hook_call');
  assert.ok(answer.json.errors.some(e => e.pointer === pointer), JSON.stringify(answer.json.errors));
});

for (const [hook, member] of [['order-select', 'selections'], ['order-select', 'draftOrders'], ['order-sign', 'draftOrders'],
  ['appointment-book', 'appointments'], ['problem-list-item-create', 'conditions']])
  test(`${hook} without ${member} is 400`, async () => {
    const body = request(hook, { record: [man] });
    delete body.context[member];
    const answer = await cds(service, hook, body);
    assert.equal(answer.status, 400);
    assert.ok(answer.json.errors.some(e => e.pointer === `#/context/${member}`), JSON.stringify(answer.json.errors));
  });

test('an unknown service is 404', async () => {
  assert.equal((await cds(service, 'patient-view', request('patient-view'), { id: 'nobody' })).status, 404);
});

test('unknown members are accepted everywhere', async () => {
  const body = request('patient-view', { record: [man], context: { encounterId: 'e1', 'com.example.more': 1 }, extension: { a: 1 }, future: [] });
  body.prefetch['com.example'] = { resourceType: 'Basic' };
  body.fhirAuthorization = { access_token: 'secret-token', token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'x', more: 1 };
  assert.equal((await cds(service, 'patient-view', body)).status, 200);
});

test('the same call gives the same cards, another instance other uuids', async () => {
  const body = request('order-sign', { record: [man, apixaban], orders: [deepTissue] });
  const [one, two] = [await cds(service, 'order-sign', body), await cds(service, 'order-sign', body)];
  assert.deepEqual(one.json, two.json);
  const other = await cds(service, 'order-sign', { ...body, hookInstance: randomUUID() });
  assert.notEqual(other.json.cards[0].uuid, one.json.cards[0].uuid);
});

test('a patient id may come as a reference', async () => {
  const list = await cards(service, 'order-sign', { record: [man, apixaban], orders: [deepTissue], context: { patientId: 'Patient/p1' } });
  assert.equal(critical(list).length, 1);
});

// ---- what is said ----

test('apixaban and an order for deep tissue massage: a critical card that says why', async () => {
  for (const hook of ['order-select', 'order-sign']) {
    const list = await cards(service, hook, { record: [man, apixaban], orders: [deepTissue] });
    const [card] = critical(list);
    assert.match(card.summary, /Deep tissue massage: contraindicated \(.*anticoagulant/);
    assert.match(card.detail, /D13\.anticoagulant\.block/);
    assert.ok(card.overrideReasons.length > 2);
    assert.ok(card.links.some(l => l.url.includes('/contraindications/')));
    const page = await get(service, new URL(card.links[0].url).pathname);
    assert.equal(page.status, 200, 'the link leads to the rule');
    const gone = card.suggestions.find(s => s.actions[0].type === 'delete');
    assert.equal(gone.actions[0].resourceId, 'ServiceRequest/order-1');
  }
});

test('with the pain in the record there is a plan to choose, and it forbids what must not be', async () => {
  const [card] = critical(await cards(service, 'order-sign', { record: [man, apixaban, backPain, pain], orders: [deepTissue] }));
  const plans = card.suggestions.filter(s => s.actions[0].type === 'create');
  assert.ok(plans.length > 0);
  for (const { actions: [{ resource }], label, isRecommended } of plans) {
    assert.match(label, /^I asked the safety questions today, all were no, and I agree/);
    assert.equal(isRecommended, undefined, 'somebody has to have asked');
    assert.deepEqual([resource.resourceType, resource.status, resource.intent], ['CarePlan', 'draft', 'proposal']);
    assert.equal(resource.subject.reference, 'Patient/p1');
    const forbidden = resource.activity.filter(a => a.detail.doNotPerform).map(a => a.detail.code.coding[0].code);
    assert.ok(forbidden.includes('deep_tissue') && forbidden.includes('cupping'));
    assert.ok(!forbidden.includes(resource.activity[0].detail.code.coding[0].code));
    const { valueString } = resource.extension.find(e => e.url.endsWith('/intake'));
    const answer = await call(service, 'POST', '/recommendations', { json: JSON.parse(valueString) });
    assert.equal(answer.status, 200, 'the intake in it keeps the contract');
    assert.ok(answer.json.recommendations.some(r => r.technique === resource.activity[0].detail.code.coding[0].code));
  }
});

test('ids that no record has: the plan is for who was meant, and no other order is cancelled', async () => {
  const patientId = 'x'.repeat(200), id = `a${'\u00e9'.repeat(60)}`, themselves = { reference: `Patient/${patientId}` };
  const record = [{ ...man, id: patientId }, ...[apixaban, backPain, pain].map(r => ({ ...r, subject: themselves }))];
  const list = await cards(service, 'order-sign', { record, orders: [{ ...deepTissue, id, subject: themselves }], context: { patientId } });
  const actions = list.flatMap(c => c.suggestions ?? []).flatMap(s => s.actions);
  const plans = actions.filter(a => a.type === 'create');
  assert.ok(plans.length > 0);
  for (const { resource } of plans) assert.equal(resource.subject.reference, themselves.reference);
  assert.deepEqual(actions.filter(a => a.type === 'delete'), []);
});

test('nothing to say is an empty list', async () => {
  for (const [hook, options] of [
    ['patient-view', { record: [man] }],
    ['order-select', { record: [man, apixaban], orders: [order('Chest X-ray')] }],
    ['order-sign', { record: [man, apixaban], orders: [order('Carotid sinus massage')] }],
    ['order-sign', { record: [man, apixaban], orders: [order('Massage', { doNotPerform: true })] }],
    ['order-sign', { record: [man, apixaban], orders: [order('Massage', { status: 'revoked' })] }],
    ['appointment-book', { record: [man, apixaban], orders: [appointment('Dermatology')] }],
    ['problem-list-item-create', { record: [man], conditions: [problem('H52.1')] }],
    ['patient-view', { record: [{ ...man, deceasedBoolean: true }, apixaban] }],
  ]) assert.deepEqual(await cards(service, hook, options), [], `${hook} ${JSON.stringify(options.orders ?? '')}`);
});

test('an order that is not about massage needs no record', async () => {
  const { status, json } = await cds(service, 'order-select', request('order-select', { orders: [order('Chest X-ray')], prefetch: {} }));
  assert.deepEqual([status, json], [200, { cards: [] }]);
});

test('order-select looks at the selected orders only', async () => {
  const orders = [deepTissue, order('Chest X-ray', { id: 'order-2' })];
  const selected = await cards(service, 'order-select', { record: [man, apixaban], orders, context: { selections: ['ServiceRequest/order-1'] } });
  assert.equal(critical(selected).length, 1);
  assert.deepEqual(await cards(service, 'order-select', { record: [man, apixaban], orders, context: { selections: ['ServiceRequest/order-2'] } }), []);
});

for (const code of [
  { coding: [{ system: 'http://www.ama-assn.org/go/cpt', code: '97124' }] },
  { coding: [{ system: 'http://snomed.info/sct', code: '387854002' }] },
  { coding: [{ system: 'https://unknot.example/fhir/CodeSystem/technique', code: 'cupping' }] },
  { coding: [{ display: 'Therapeutic massage' }] }, { text: 'Klassische Massagetherapie' }, { text: 'Masaje terapéutico' },
]) test(`massage by ${JSON.stringify(code)}`, async () => {
  const list = await cards(service, 'order-sign', { record: [man, apixaban], orders: [{ ...deepTissue, code }] });
  assert.ok(critical(list).length === 1, JSON.stringify(list.map(c => c.summary)));
});

test('an appointment for hot stones and a fresh clot: no massage before a doctor has seen it', async () => {
  const clot = problem('I82.401', { onsetDateTime: daysAgo(6) });
  const list = await cards(service, 'appointment-book', { record: [man, clot], orders: [appointment('Hot stone massage')] });
  assert.ok(critical(list).length > 0);
});

test('a medicine that is ordered together with the massage counts', async () => {
  const list = await cards(service, 'order-sign', { record: [man], orders: [deepTissue, { ...apixaban, id: 'm2', status: 'draft' }] });
  assert.equal(critical(list).length, 1);
});

test('a new problem: what it changes, and nothing of what was so before', async () => {
  const clot = problem('I82.401', { onsetDateTime: daysAgo(30) });
  const list = await cards(service, 'problem-list-item-create', { record: [man], conditions: [clot] });
  assert.ok(critical(list).length > 0);
  assert.deepEqual(await cards(service, 'problem-list-item-create', { record: [man, clot], conditions: [clot] }), []);
});

test('another person in the record is not this person', async () => {
  const theirs = { ...apixaban, subject: { reference: 'Patient/p2' } };
  const list = await cards(service, 'order-sign', { record: [man, theirs], orders: [deepTissue] });
  assert.equal(critical(list).length, 0);
  assert.match(list.map(c => c.detail).join(), /of another patient/);
});

test('a code that nobody knows is listed back, and so is a medicine, which makes firm massage wait', async () => {
  const odd = { ...apixaban, medicationCodeableConcept: { text: 'Zorblax forte' } };
  const list = await cards(service, 'order-sign', { record: [man, odd, problem('Q99.9')], orders: [deepTissue] });
  const said = list.map(c => c.detail).join();
  assert.match(said, /Q99\.9.*not known here/);
  assert.match(said, /Zorblax forte.*not known here/);
  assert.ok(list.every(c => c.source.topic.code !== 'reasonable'));
});

test('texts of a record cannot write markdown or HTML into a card', async () => {
  const evil = { ...apixaban, medicationCodeableConcept: { text: '<img src=x onerror=alert(1)> [click](https://evil.example) `x` **x**' } };
  for (const { detail } of await cards(service, 'order-sign', { record: [man, evil], orders: [deepTissue] }))
    assert.doesNotMatch(detail, /<img|\]\(https:\/\/evil|onerror=|`x`|\*\*x\*\*/);
});

// ---- the answers to our form ----

const { json: form } = await get(service, '/questionnaire');
const allNo = form.checklists.map(c => c.id);
const answered = (intake = {}, more = {}) => responseOf({ pain: { intensity: 4, duration_weeks: 30, areas: ['low_back'] }, none_of: allNo, ...intake },
  { subject, authored: new Date().toISOString(), ...more });
const plansIn = list => list.flatMap(c => c.suggestions ?? []).filter(s => s.actions[0].resource?.resourceType === 'CarePlan');

test('with the answers there are plans to choose and nothing is left to ask', async () => {
  const list = await cards(service, 'order-sign', { record: [man, answered()], orders: [order('Massage')] });
  assert.ok(list.some(c => c.source.topic.code === 'reasonable' && c.indicator === 'info'));
  assert.ok(list.every(c => c.source.topic.code !== 'open'));
  const plans = plansIn(list);
  assert.ok(plans.length > 0);
  for (const plan of plans) assert.match(plan.label, /^Plan .* within these limits$/);
});

test('what is safe for others is changed for a man on apixaban: the order and the plan', async () => {
  const others = form.checklists.find(c => c.id === 'medicine_details').items.map(i => i.finding).filter(id => id !== 'anticoagulant');
  const stable = {
    findings: [{ id: 'anticoagulant', state: 'present', detail: 'stable', weeks_ago: 60 }, ...others.map(id => ({ id, state: 'absent' }))],
    none_of: allNo.filter(id => id !== 'medicine_details'),
  };
  const [card] = critical(await cards(service, 'order-sign', { record: [man, apixaban, answered(stable)], orders: [deepTissue] }));
  const change = card.suggestions.find(s => s.actions[0].type === 'update');
  assert.equal(change.isRecommended, true);
  const { resource } = change.actions[0];
  assert.deepEqual([resource.id, resource.resourceType], ['order-1', 'ServiceRequest']);
  assert.notEqual(resource.code.coding[0].code, 'deep_tissue');
  assert.deepEqual(critical(await cards(service, 'order-sign', { record: [man, apixaban, answered(stable)], orders: [resource] })), [],
    'the order that was suggested is not contraindicated');
});

test('"none of these" does not undo what the record says', async () => {
  const list = await cards(service, 'order-sign', { record: [man, apixaban, answered()], orders: [deepTissue] });
  assert.equal(critical(list).length, 1);
});

test('a red flag in the answers: one card, see a doctor, no plan', async () => {
  const flagged = answered({ findings: [{ id: 'rf_saddle', state: 'present' }], none_of: allNo.filter(id => id !== 'nerves_bladder_bowel') });
  const list = await cards(service, 'order-sign', { record: [man, flagged], orders: [order('Massage')] });
  assert.deepEqual(list.map(c => [c.indicator, c.source.topic.code]), [['critical', 'triage']]);
  assert.deepEqual(plansIn(list), []);
});

for (const [name, more] of [['old', { authored: daysAgo(30) }], ['half-done', { status: 'in-progress' }], ['undated', { authored: undefined }],
  ['about somebody else', { subject: { reference: 'Patient/p2' } }], ['to another form', { questionnaire: 'https://x.example/Questionnaire/y' }]])
  test(`answers that are ${name} are not used`, async () => {
    const list = await cards(service, 'order-sign', { record: [man, answered({}, more)], orders: [order('Massage')] });
    assert.ok(list.some(c => c.source.topic.code === 'open'));
    assert.ok(list.every(c => c.source.topic.code !== 'reasonable'));
  });

// ---- prefetch ----

const needed = ['patient', 'conditions', 'medicationRequests'];
const optional = ['medicationStatements', 'allergies', 'observations'];
const outcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden' }] };
const withPart = (key, value) => {
  const prefetch = prefetchOf([man, apixaban]);
  if (value === undefined) delete prefetch[key];
  else prefetch[key] = value;
  return request('order-sign', { orders: [deepTissue], prefetch });
};

for (const key of needed) {
  test(`${key} missing is 412 and names the template`, async () => {
    const { status, json } = await cds(service, 'order-sign', withPart(key, undefined));
    assert.equal(status, 412);
    assert.equal(json.code, 'prefetch_missing');
    assert.equal(json.errors[0].pointer, `#/prefetch/${key}`);
    assert.match(json.errors[0].detail, /\{\{context\.patientId\}\}/);
  });
  test(`${key} as an OperationOutcome is 412`, async () => {
    assert.equal((await cds(service, 'order-sign', withPart(key, outcome))).status, 412);
  });
  test(`${key} null: the client looked, and there is nothing`, async () => {
    assert.equal((await cds(service, 'order-sign', withPart(key, null))).status, 200);
  });
}

for (const key of optional)
  for (const [name, value] of [['missing', undefined], ['an OperationOutcome', outcome]])
    test(`${key} ${name}: the cards say that the record is not whole`, async () => {
      const { status, json } = await cds(service, 'order-sign', withPart(key, value));
      assert.equal(status, 200);
      const how = value ? 'could not be read' : 'not sent';
      assert.ok(json.cards.every(c => c.detail.startsWith('**Not the whole record was seen**: ') && c.detail.includes(`(\`${key}\`): ${how}. `)));
    });

const firstPage = resources => ({ ...prefetchOf(resources).medicationRequests, link: [{ relation: 'next', url: 'https://ehr.example/fhir?page=2' }] });

test('the first page of more is used, and the cards begin with what was not seen', async () => {
  const { json } = await cds(service, 'order-sign', withPart('medicationRequests', firstPage([apixaban])));
  assert.equal(critical(json.cards).length, 1);
  for (const card of json.cards)
    assert.match(card.detail, /^\*\*Not the whole record was seen\*\*: ordered medicines \(`medicationRequests`\): only the first pages\. What stands there is not in this advice\./);
});

const suggested = json => json.cards.flatMap(c => c.suggestions ?? []);
const attests = list => list.filter(s => s.label.startsWith('I asked the safety questions'));

test('nobody can vouch for pages that nobody read, and nothing is recommended then', async () => {
  const orders = [deepTissue], record = [man, apixaban, backPain, pain];
  const whole = await cds(service, 'order-sign', request('order-sign', { orders, record }));
  assert.ok(attests(suggested(whole.json)).length > 0);
  const prefetch = { ...prefetchOf(record), medicationRequests: firstPage([apixaban]) };
  const paged = await cds(service, 'order-sign', request('order-sign', { orders, prefetch }));
  assert.equal(paged.status, 200);
  assert.deepEqual(attests(suggested(paged.json)), []);
  assert.ok(suggested(paged.json).every(s => !s.isRecommended));
});

test('with answers to the form, a page that is missing takes the recommendation away, not the plan', async () => {
  const record = [man, backPain, pain, answered()];
  const whole = await cds(service, 'order-sign', request('order-sign', { orders: [order('Massage')], record }));
  assert.ok(suggested(whole.json).some(s => s.isRecommended));
  const prefetch = { ...prefetchOf(record), medicationRequests: { ...bundle(), link: [{ relation: 'next', url: 'https://ehr.example/fhir?page=2' }] } };
  const paged = await cds(service, 'order-sign', request('order-sign', { orders: [order('Massage')], prefetch }));
  assert.ok(suggested(paged.json).every(s => !s.isRecommended));
  assert.ok(paged.json.cards.every(c => c.source.topic.code !== 'reasonable'));
});

test('who vouches for the answers reads first what that puts on record', async () => {
  const { json } = await cds(service, 'order-sign', request('order-sign', { orders: [deepTissue], record: [man, apixaban, backPain, pain] }));
  const with_ = json.cards.filter(c => attests(c.suggestions ?? []).length);
  assert.ok(with_.length > 0);
  for (const card of with_) {
    assert.match(card.detail, /\*\*Before you choose "I asked the safety questions"\*\*: ask every question of the form first/);
    assert.match(card.detail, /questionnaire/, 'the form is at hand');
    for (const { actions: [action] } of attests(card.suggestions)) assert.match(action.description, /answers and this agreement on record, dated today/);
  }
  for (const card of json.cards.filter(c => !with_.includes(c))) assert.doesNotMatch(card.detail, /Before you choose/);
});

test('no call ever goes out to the server of the client', async () => {
  const { createServer } = await import('node:http');
  let calls = 0;
  const server = createServer((_, response) => { calls++; response.end('{}'); }).listen(0, '127.0.0.1');
  await new Promise(resolve => { server.once('listening', resolve); });
  const fhirServer = `http://127.0.0.1:${server.address().port}/fhir`;
  const body = { ...request('order-sign', { orders: [deepTissue], prefetch: {} }), fhirServer, fhirAuthorization: { access_token: 'secret-token', token_type: 'Bearer' } };
  assert.equal((await cds(service, 'order-sign', body)).status, 412);
  server.close();
  assert.equal(calls, 0);
});

test('no token and nothing of the record is in the log', async () => {
  const body = request('order-sign', { record: [man, apixaban], orders: [deepTissue], fhirAuthorization: { access_token: 'secret-token-2', token_type: 'Bearer' } });
  await cds(service, 'order-sign', body);
  const said = [...service.output, ...service.errors].join('\n');
  assert.doesNotMatch(said, /secret-token|Eliquis|1364430|Patient\/p1/);
});

// ---- errors and CORS ----

test('errors are OperationOutcomes for clients that accept FHIR, else problems', async () => {
  const body = withPart('conditions', undefined);
  const fhir = await call(service, 'POST', `/cds-services/${serviceOf('order-sign')}`, { json: body, headers: { accept: 'application/fhir+json' } });
  assert.equal(fhir.status, 412);
  assertFhir(fhir.json, 'error');
  assert.equal(fhir.json.resourceType, 'OperationOutcome');
  const plain = await cds(service, 'order-sign', body, { headers: { accept: 'application/json' } });
  assert.equal(plain.headers['content-type'].split(';')[0], 'application/problem+json');
});

// The preflights of the reference sandbox, as they were seen.
for (const [path, method, headers] of [
  ['/cds-services', 'GET', 'authorization'],
  [`/cds-services/${serviceOf('patient-view')}`, 'POST', 'authorization,content-type'],
  [`/cds-services/${serviceOf('patient-view')}/feedback`, 'POST', 'authorization,content-type'],
]) test(`preflight of ${method} ${path}`, async () => {
  const answer = await call(service, 'OPTIONS', path, { headers: {
    origin: 'https://sandbox.cds-hooks.org', 'access-control-request-method': method, 'access-control-request-headers': headers,
  } });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.ok(answer.headers['access-control-allow-methods'].split(', ').includes(method));
  const allowed = answer.headers['access-control-allow-headers'].split(', ');
  for (const header of headers.split(',')) assert.ok(allowed.includes(header), header);
  assert.ok(Number(answer.headers['access-control-max-age']) > 0);
});

test('a page may read errors too', async () => {
  const answer = await cds(service, 'patient-view', {}, { headers: { origin: 'https://sandbox.cds-hooks.org' } });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.match(answer.headers['access-control-expose-headers'], /ETag.*Location.*Retry-After.*traceparent/s);
});

// ---- as captured ----

// What the reference sandbox sends for patient-view and order-sign (its ids and token replaced).
const captured = hook => ({
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea', fhirServer: 'https://launch.smarthealthit.org/v/r4/fhir', hook,
  fhirAuthorization: { access_token: 'x', token_type: 'Bearer', expires_in: 300, scope: 'patient/Patient.read patient/Observation.read', subject: 'cds-service' },
  context: { patientId: 'p1', userId: 'Practitioner/COREPRACTITIONER1', ...(hook === 'order-sign' ? { draftOrders: bundle(deepTissue, apixaban) } : {}) },
  prefetch: prefetchOf([man, apixaban]),
});
for (const hook of ['patient-view', 'order-sign'])
  test(`the sandbox's ${hook}`, async () => {
    const answer = await cds(service, hook, captured(hook), { headers: { accept: 'application/json', origin: 'https://sandbox.cds-hooks.org',
      authorization: 'Bearer eyJhbGciOiJFUzM4NCJ9.eyJpc3MiOiJodHRwczovL3NhbmRib3guY2RzLWhvb2tzLm9yZyJ9.AAAA' } });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(critical(answer.json.cards).length > 0);
  });

test('FHIR as deep as it gets is read, and what is deeper is refused in words', async () => {
  const nest = (depth, value = { text: 'x' }) => (depth ? nest(depth - 1, { extension: [value] }) : value);
  const deep = { ...man, extension: [nest(9)] };
  assert.equal((await cds(service, 'patient-view', request('patient-view', { record: [deep] }))).status, 200);
  const deeper = await cds(service, 'patient-view', request('patient-view', { record: [{ ...man, extension: [nest(20)] }] }));
  assert.deepEqual([deeper.status, deeper.json.code], [400, 'malformed_json']);
});

test('a record of a megabyte is read, one of more than two is 413', async () => {
  const many = n => Array.from({ length: n }, (_, i) => problem('Q99.9', { id: `c${i}`, note: [{ text: 'x'.repeat(900) }] }));
  assert.equal((await cds(service, 'order-sign', request('order-sign', { record: [man, apixaban, ...many(900)], orders: [deepTissue] }))).status, 200);
  assert.equal((await cds(service, 'order-sign', request('order-sign', { record: [man, ...many(2400)], orders: [deepTissue] }))).status, 413);
});

test('whatever comes, no answer is a 5xx', async () => {
  const values = [null, 7, 'x', [], {}, [null], { resourceType: 'Bundle', entry: [null, 7, { resource: [] }, { resource: { resourceType: 'Bundle' } }] }];
  for (const hook of hooks)
    for (const value of values) {
      const body = request(hook, { record: [man], orders: [deepTissue], conditions: [backPain] });
      for (const key of Object.keys(body.prefetch)) body.prefetch[key] = value;
      assert.ok((await cds(service, hook, body)).status < 500);
      for (const member of Object.keys(body.context)) {
        const changed = request(hook, { record: [man], orders: [deepTissue], conditions: [backPain] });
        changed.context[member] = value;
        assert.ok((await cds(service, hook, changed)).status < 500, `${hook} ${member}`);
      }
    }
});
