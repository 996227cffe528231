// The contract and the service are one: routes, examples, and the served documents.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import YAML from 'yaml';
import { contract, contractText, operation, openOperations as operations, operations as allOperations } from './lib/contract.mjs';
import { call, get } from './lib/http.mjs';
import { BINARY } from './lib/clinic.mjs';
import { examples, exampleText } from './lib/people.mjs';
import { ROOT, sharedService } from './lib/service.mjs';

const service = sharedService();

test('every row of the route table is an operation of the contract, and the reverse', async () => {
  const listed = spawnSync(BINARY, ['routes'], { encoding: 'utf8' }).stdout;
  const rows = listed.trim().split('\n').map(line => line.split(/ +/).slice(0, 3).join(' '));
  assert.deepEqual(rows.sort(), allOperations.map(o => `${o.method} ${o.path} ${o.id}`).sort());
});

test('the service itself lists every operation, and no other', async () => {
  const { json } = await get(service, '/');
  assert.deepEqual(json.links.map(l => `${l.method} ${l.href} ${l.operation}`).sort(),
    allOperations.map(o => `${o.method} ${o.path} ${o.id}`).sort());
  for (const link of json.links) assert.equal(link.title, operation(link.operation).spec.summary);
});

// A name for each path parameter that exists, and one that does not.
const KNOWN = { technique_id: 'swedish', presentation_id: 'nslbp_chronic', finding_id: 'rf_saddle',
  rule_id: 'C1.rf_saddle', source_key: 'furlan2015', problem_name: 'not-found' };
// What a query must have, and the parameters of the contract beside it.
const REQUIRED = { translateCode: { system: 'icd10cm', code: 'I82.4' } };
const asked = (o, more = {}) => {
  const query = String(new URLSearchParams({ ...REQUIRED[o.id], ...more }));
  return `${filled(o.path)}${query ? `?${query}` : ''}`;
};
const filled = path => path.replace(/\{(\w+)\}/g, (_, name) => KNOWN[name]);

for (const o of operations)
  test(`${o.id} answers 200 as the contract says`, async () => {
    const answer = await call(service, o.method, asked(o), o.method === 'POST' ? { json: {} } : {});
    assert.equal(answer.status, 200);
  });

for (const o of operations.filter(o => o.path.includes('{')))
  test(`${o.id} answers 404 to a name that nothing has`, async () => {
    const answer = await call(service, 'GET', o.path.replace(/\{\w+\}/g, o.id === 'getContraindication' ? 'Z9.zzz' : 'zzzzzzzz'));
    assert.equal(answer.status, 404);
    assert.equal(answer.json.code, 'not_found');
  });

test('every operation with filters refuses one it does not know, naming it', async () => {
  for (const o of operations) {
    const answer = await call(service, o.method, asked(o, { colour: 'blue' }), o.method === 'POST' ? { json: {} } : {});
    assert.equal(answer.status, 422, o.id);
    assert.equal(answer.json.errors[0].parameter, 'colour');
  }
});

test('the query parameters of the contract are those of the service', async () => {
  for (const o of operations) {
    const names = o.parameters.filter(p => p.in === 'query').map(p => p.name);
    for (const name of names) {
      const value = { view: 'brief', max_pressure: '3', position: 'prone', presentation: 'nslbp_chronic', group: 'FIRM',
        training: 'none', evidence: 'low', q: 'pain', kind: 'medicine', section: 'D1', asked: 'core', technique: 'swedish',
        checklist: 'health_now', effect: 'ABS', finding: 'rf_saddle', phase: 'session', country: 'DE', exclude: 'knowledge',
        system: 'icd10cm', code: 'I82.4' }[name];
      assert.ok(value, `give this test a value for ${name}`);
      const answer = await call(service, o.method, asked(o, { [name]: value }), o.method === 'POST' ? { json: {} } : {});
      assert.equal(answer.status, 200, `${o.id} ${name}`);
    }
  }
});

test('every file of api/examples is in the index', async () => {
  const { readdirSync } = await import('node:fs');
  const files = readdirSync(`${ROOT}api/examples`).filter(f => f !== 'index.json').sort();
  assert.deepEqual(examples.map(e => e.file).sort(), files);
});

for (const example of examples)
  test(`example ${example.file}: ${example.note}`, async () => {
    const o = operation(example.operationId);
    const answer = await call(service, o.method, `${o.path}${example.query ? `?${example.query}` : ''}`, { body: exampleText(example.file) });
    assert.equal(answer.status, example.expect_status, answer.text);
    if (example.expect_triage) assert.equal(answer.json.triage.level, example.expect_triage);
  });

for (const o of operations)
  for (const [name, example] of Object.entries(o.spec.requestBody?.content['application/json'].examples ?? {}))
    test(`the contract's example ${name} of ${o.id}: ${example.summary}`, async () => {
      const answer = await call(service, o.method, o.path, { json: example.value });
      assert.equal(answer.status, 200, answer.text);
    });

test('every example of a query parameter is taken', async () => {
  for (const o of operations)
    for (const p of o.parameters.filter(p => p.in === 'query'))
      for (const value of p.schema.examples ?? []) {
        const answer = await call(service, o.method, asked(o, { [p.name]: value }), o.method === 'POST' ? { json: {} } : {});
        assert.equal(answer.status, 200, `${o.id} ${p.name}=${value}`);
      }
});

test('/openapi.yaml is the file, byte for byte', async () => {
  const { body, headers } = await get(service, '/openapi.yaml');
  assert.equal(headers['content-type'].split(';')[0], 'application/yaml');
  assert.ok(body.equals(Buffer.from(contractText)));
});

test('/openapi.json says the same', async () => {
  assert.deepEqual((await get(service, '/openapi.json')).json, YAML.parse(contractText));
});

test('descriptions are on every operation, parameter and member', () => {
  const missing = [];
  const walk = (node, where) => {
    if (!node || typeof node !== 'object') return;
    if (node.properties)
      for (const [name, schema] of Object.entries(node.properties)) if (!schema.description && !schema.$ref) missing.push(`${where}.${name}`);
    for (const [key, child] of Object.entries(node)) walk(child, `${where}/${key}`);
  };
  walk(contract.components, '');
  assert.deepEqual(missing, []);
});
