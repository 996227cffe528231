// The judges are judged first: what is right passes, each way to be wrong is seen, by whom it can be seen; and no FHIR body
// that a service says escapes them, whatever client asked for it.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { faults } from './lib/fhir_validate.mjs';
import { tap, Witness } from './lib/witness.mjs';

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
  ['no resource', 'this', {}],
  ['an unknown type', 'medplum schema', { ...plan, resourceType: 'CarePlane' }],
  ['a missing status', 'fhir.js medplum', { ...plan, status: undefined }],
  ['a status that does not exist', 'fhir.js', { ...plan, status: 'running' }],
  ['an unknown member', 'fhir.js medplum schema', { ...plan, colour: 'red' }],
  ['an activity with reference and detail (cpl-3)', 'medplum', { ...plan, activity: [{ reference: { reference: 'Task/1' }, detail: { status: 'scheduled' } }] }],
  ['a single value where a list belongs', 'fhir.js medplum schema', { ...plan, activity: plan.activity[0] }],
  ['a list where a single value belongs', 'fhir.js medplum', { ...plan, subject: [plan.subject] }],
  ['an empty text', 'empty schema', { ...plan, title: '' }],
  ['an empty list', 'empty', { ...plan, note: [] }],
  ['an empty object', 'empty', { ...plan, period: {} }],
  ['null', 'empty medplum schema', { ...plan, title: null }],
  ['an id with an underscore', 'schema', { ...plan, id: 'deep_tissue' }],
  ['an instant without a zone', 'medplum schema', { ...plan, meta: { lastUpdated: '2026-11-22T08:15:30' } }],
  ['a date that is none', 'medplum schema', { ...plan, created: '22.11.2026' }],
  ['a narrative without its namespace', 'narrative', { ...plan, text: { status: 'generated', div: '<div><p>Massage</p></div>' } }],
  ['a mitigation without action', 'fhir.js medplum schema', { ...issue, mitigation: [{ date: '2026-11-22' }] }],
  ['a severity that does not exist', 'fhir.js schema', { ...issue, severity: 'terrible' }],
  ['a total in a collection (bdl-1)', 'medplum', { ...bundle, type: 'collection', link: undefined }],
  ['a mistake inside a Bundle', 'fhir.js', { ...bundle, entry: [{ ...bundle.entry[0], resource: { ...plan, intent: 'wish' } }] }],
  ['a mistake in a contained resource', 'fhir.js schema', { ...plan, goal: [{ reference: '#g' }], contained: [{ resourceType: 'Goal', id: 'g', lifecycleStatus: 'someday', description: { text: 'x' }, subject: { reference: 'Patient/p1' } }] }],
];

const judgesOf = found => [...new Set(found.map(fault => fault.replace(/^[A-Z][A-Za-z]+: /, '').split(/[ :]/)[0]))].sort().join(' ');

for (const [name, judges, resource] of wrong) {
  test(`rejected: ${name}`, () => {
    const plain = JSON.parse(JSON.stringify(resource));
    assert.equal(judgesOf(faults(plain)), judges);
  });
}

test('each of the three rejects something that the other two let pass', () => {
  for (const judge of ['fhir.js', 'medplum', 'schema']) assert.ok(wrong.some(([, judges]) => judges === judge), judge);
});

/** What a witness says of a service that gives these answers: [target, type, body, method?] */
async function witnessed(answers) {
  const given = new Map(answers.map(([target, type, body]) => [target, { type, body }]));
  const service = http.createServer((request, response) => {
    const { type, body } = given.get(request.url);
    response.setHeader('content-type', type);
    if (Buffer.isBuffer(body)) response.setHeader('content-encoding', 'gzip');
    response.end(body);
  });
  await new Promise(resolve => { service.listen(0, '127.0.0.1', resolve); });
  const witness = new Witness();
  const proxy = await tap({ host: '127.0.0.1', port: service.address().port }, witness);
  try {
    for (const [target, , , method = 'GET'] of answers) await (await fetch(`http://127.0.0.1:${proxy.port}${target}`, { method })).arrayBuffer();
  } finally {
    proxy.close();
    service.close();
    service.closeAllConnections();
  }
  return { ...await witness.judge(), bodies: witness.bodies.size };
}
const FHIR = 'application/fhir+json', text = JSON.stringify(plan), bad = JSON.stringify({ ...plan, status: 'running' });

test('what a service says is counted and judged: once each, packed, in lines, inside other JSON', async () => {
  const { judged, bodies, wrong: found } = await witnessed([
    ['/fhir/CarePlan/p1', FHIR, text], ['/fhir/CarePlan/p1?_format=json', 'application/json', text], ['/fhir/CarePlan', FHIR, JSON.stringify(bundle)],
    ['/fhir/DetectedIssue/1', FHIR, gzipSync(JSON.stringify(issue))], ['/fhir/$export-file/x', 'application/fhir+ndjson', `${text}\n${JSON.stringify({ ...plan, id: 'p2' })}\n`],
    ['/cds-services/x', 'application/json', JSON.stringify({ cards: [{ suggestions: [{ actions: [{ resource: { ...plan, id: 'p3' } }] }] }] })],
    ['/fhir/$export/x', 'application/json', '{"output":[]}'], ['/fhir/.well-known/smart-configuration', 'application/json', '{}'], ['/techniques', 'application/json', '{}'],
    ['/fhir/CarePlan/none', 'application/problem+json', '{"code":"not_found"}'],
  ]);
  assert.deepEqual({ judged, bodies, found }, { judged: 5, bodies: 5, found: [] });
});

for (const [name, ...answer] of [
  ['a bad resource', '/fhir/CarePlan/p1', FHIR, bad], ['one that calls itself JSON', '/fhir/CarePlan/p1', 'application/json', bad], ['a packed one', '/fhir/CarePlan/p1', FHIR, gzipSync(bad)],
  ['a bad line', '/fhir/$export-file/x', 'application/fhir+ndjson', `${text}\n${bad}\n`], ['an empty line', '/fhir/$export-file/x', 'application/fhir+ndjson', `${text}\n\n${text}\n`],
  ['a bad suggestion', '/cds-services/x', 'application/json', `{"cards":[${bad}]}`], ['no resource', '/fhir/CarePlan/p1', FHIR, '{"id":"p1"}'], ['no JSON', '/fhir/CarePlan/p1', 'text/html', '<p>'],
  ['a resource where a search gives a Bundle, in an answer to POST', '/fhir/CarePlan/_search', FHIR, '[]', 'POST'],
]) {
  test(`seen and rejected: ${name}`, async () => {
    assert.equal((await witnessed([answer])).wrong.length, 1);
  });
}
