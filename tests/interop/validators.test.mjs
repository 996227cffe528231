// The judges are judged first: what is right passes, and each way to be wrong is seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './lib/fhir_validate.mjs';

const plan = {
  resourceType: 'CarePlan', id: 'p1', status: 'active', intent: 'plan',
  meta: { versionId: '1', lastUpdated: '2026-11-22T08:15:30.123Z' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Massage</p></div>' },
  subject: { identifier: { system: 'https://clinic.example/patients', value: 'P-1' } },
  activity: [{ detail: { kind: 'ServiceRequest', status: 'scheduled', code: { text: 'Effleurage' } } }],
};
const issue = {
  resourceType: 'DetectedIssue', status: 'final', severity: 'high', code: { text: 'Contraindication' },
  patient: { reference: 'Patient/p1' }, mitigation: [{ action: { text: 'Ask a clinician' } }],
};
const bundle = {
  resourceType: 'Bundle', type: 'searchset', total: 1, link: [{ relation: 'self', url: 'https://clinic.example/fhir/CarePlan' }],
  entry: [{ fullUrl: 'https://clinic.example/fhir/CarePlan/p1', resource: plan, search: { mode: 'match' } }],
};

test('what is right passes', () => {
  for (const resource of [plan, issue, bundle]) assert.deepEqual(faults(resource), []);
});

const wrong = [
  ['no resource', {}],
  ['an unknown type', { ...plan, resourceType: 'CarePlane' }],
  ['a missing status', { ...plan, status: undefined }],
  ['a status that does not exist', { ...plan, status: 'running' }],
  ['an unknown member', { ...plan, colour: 'red' }],
  ['an activity with reference and detail (cpl-3)', { ...plan, activity: [{ reference: { reference: 'Task/1' }, detail: { status: 'scheduled' } }] }],
  ['a single value where a list belongs', { ...plan, activity: plan.activity[0] }],
  ['a list where a single value belongs', { ...plan, subject: [plan.subject] }],
  ['an empty text', { ...plan, title: '' }],
  ['an empty list', { ...plan, note: [] }],
  ['an empty object', { ...plan, period: {} }],
  ['null', { ...plan, title: null }],
  ['an id with an underscore', { ...plan, id: 'deep_tissue' }],
  ['an instant without a zone', { ...plan, meta: { lastUpdated: '2026-11-22T08:15:30' } }],
  ['a date that is none', { ...plan, created: '22.11.2026' }],
  ['a narrative without its namespace', { ...plan, text: { status: 'generated', div: '<div><p>Massage</p></div>' } }],
  ['a mitigation without action', { ...issue, mitigation: [{ date: '2026-11-22' }] }],
  ['a severity that does not exist', { ...issue, severity: 'terrible' }],
  ['a total in a collection (bdl-1)', { ...bundle, type: 'collection', link: undefined }],
  ['a mistake inside a Bundle', { ...bundle, entry: [{ ...bundle.entry[0], resource: { ...plan, intent: 'wish' } }] }],
  ['a mistake in a contained resource', { ...plan, goal: [{ reference: '#g' }], contained: [{ resourceType: 'Goal', id: 'g', lifecycleStatus: 'someday', description: { text: 'x' }, subject: { reference: 'Patient/p1' } }] }],
];

for (const [name, resource] of wrong) {
  test(`rejected: ${name}`, () => {
    const plain = JSON.parse(JSON.stringify(resource));
    assert.notDeepEqual(faults(plain), []);
  });
}
