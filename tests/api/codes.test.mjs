// GET /codes/translate: what a code implies, how sure that is, and nothing dropped in silence.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { get, post } from './lib/http.mjs';
import { ROOT, sharedService, startService } from './lib/service.mjs';

const service = sharedService();
const rows = JSON.parse(readFileSync(`${ROOT}db/knowledge/codes.json`, 'utf8')).codes;
const translate = async (system, code, at = service) =>
  (await get(at, `/codes/translate?${new URLSearchParams({ system, code })}`)).json;
const ids = answer => answer.matches.map(m => m.id).sort();
const word = { implies: 'implies', ask: 'asks', value: 'value' };

test('every row of the table that needs no licence is found by its own code', async () => {
  for (const row of rows.filter(r => r.system !== 'snomed')) {
    const answer = await translate(row.system, row.code);
    const match = answer.matches.find(m => m.id === row.id && m.target === row.target && m.action === word[row.action]);
    assert.ok(match, `${row.system} ${row.code} ${row.id}`);
    assert.equal(match.sureness, row.verified === 'v' ? 'verified' : 'plausible');
    if (row.detail) assert.equal(match.detail, row.detail);
  }
});

for (const [system, code, status, id, match] of [
  ['icd10cm', 'I82.401', 'mapped', 'deep_vein_thrombosis', 'prefix'],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'i82401', 'mapped', 'deep_vein_thrombosis', 'prefix'],
  ['loinc', '777-3', 'mapped', 'platelet_count', 'exact'],
  ['rxnorm', '11289', 'mapped', 'anticoagulant', 'exact'],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', '11289', 'mapped', 'anticoagulant', 'exact'],
  ['atc', 'B01AF02', 'mapped', 'anticoagulant', 'prefix'],
]) test(`${system} ${code} is ${status}: ${id}`, async () => {
  const answer = await translate(system, code);
  assert.equal(answer.status, status);
  const found = answer.matches.find(m => m.id === id && m.action !== 'asks');
  assert.ok(found, JSON.stringify(answer));
  assert.equal(found.match, match);
});

test('a code that maps nothing is listed back, and an unknown medicine asks', async () => {
  assert.deepEqual(await translate('icd10cm', 'Q99.9').then(a => [a.status, a.matches]), ['unmapped', []]);
  const unknown = await translate('rxnorm', '99999999');
  assert.deepEqual([unknown.status, unknown.ask_name], ['unmapped', true]);
});

test('a code says the same here as in a recommendation', async () => {
  const answer = await translate('icd10cm', 'O87.1');
  const { json } = await post(service, '/recommendations', { diagnoses: [{ system: 'icd10cm', code: 'O87.1' }] });
  const [diagnosis] = json.recognised.diagnoses;
  assert.deepEqual(ids(answer), [...diagnosis.implies, ...diagnosis.asks].sort());
});

for (const [query, parameter] of [['', 'system'], ['?system=icd10cm', 'code'], ['?code=I10', 'system'],
  ['?system=icd9&code=I10', 'system'], ['?system=icd10cm&code=', 'code'], ['?system=icd10cm&code=I10&kode=1', 'kode']])
  test(`GET /codes/translate${query} names what is wrong`, async () => {
    const { status, json } = await get(service, `/codes/translate${query}`);
    assert.equal(status, 422);
    assert.ok(json.errors.some(e => e.parameter === parameter), JSON.stringify(json.errors));
  });

test('SNOMED CT is off, and says so, until it is switched on', async () => {
  const row = rows.find(r => r.system === 'snomed' && r.target === 'finding' && r.action === 'implies');
  const off = await translate('http://snomed.info/sct', row.code);
  assert.deepEqual([off.status, off.matches], ['off', []]);
  const body = { diagnoses: [{ system: 'snomed', code: row.code }] };
  const silent = await post(service, '/recommendations', body);
  assert.equal(silent.json.recognised.diagnoses[0].status, 'unmapped');
  const licensed = await startService({ settings: { snomed: 'on' } });
  after(() => licensed.stop());
  const on = await translate('snomed', row.code, licensed);
  assert.equal(on.status, 'mapped');
  assert.ok(ids(on).includes(row.id));
  const said = await post(licensed, '/recommendations', body);
  assert.deepEqual(said.json.recognised.diagnoses[0].implies, [row.id]);
});
