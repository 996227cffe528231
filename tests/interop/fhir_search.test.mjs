// Searches that lead on: _include and _revinclude, chains to an identifier; by GET and by form, page by page, and what of
// it is not known. Bodies go through the three validators.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fhirCall } from './lib/fhir_call.mjs';
import { openClinic } from './lib/clinic.mjs';

let clinic, key, other, plans;
before(async () => {
  clinic = await openClinic();
  key = clinic.key();
  other = clinic.key('--tenant', 'other', '--new-tenant');
  for (const json of [{ therapist_id: 'ann', name: 'Ann', techniques: ['swedish'] }, { therapist_id: 'bob', name: 'Bob', techniques: ['thai'] }])
    assert.equal((await clinic.post(key, '/therapists', json)).status, 201);
  plans = [];
  for (const [ref, therapist] of [['p1', 'ann'], ['https://clinic.example/mrn|77', 'bob'], ['p3']])
    plans.push(await clinic.plan(key, ref, therapist ? { therapist } : {}));
});
after(() => clinic?.stop());

const as = (headers = {}, who = key) => ({ authorization: `Bearer ${who}`, ...headers });
const get = (target, headers, who) => fhirCall(clinic.service, 'GET', `/fhir/${target}`, { headers: as(headers, who) });
const of = (answer, mode) => (answer.json.entry ?? []).filter(e => e.search.mode === mode).map(e => `${e.resource.resourceType}/${e.resource.id}`);
const link = (answer, relation) => decodeURIComponent(answer.json.link.find(l => l.relation === relation)?.url ?? '');

test('what is included is what the matches lead to, once', async () => {
  const { id } = plans[0];
  for (const [query, included] of [
    [`CarePlan?_id=${id}&_include=CarePlan:goal`, [`Goal/${id}`]],
    [`CarePlan?_id=${id}&_revinclude=Provenance:target`, [`Provenance/${id}`]],
    [`CarePlan?_id=${id}&_include=CarePlan:goal&_revinclude=Provenance:target`, [`Goal/${id}`, `Provenance/${id}`]],
    [`CarePlan?_id=${id}&_include=CarePlan:goal&_include=CarePlan:goal`, [`Goal/${id}`]],
    [`Goal?_id=${id}&_revinclude=CarePlan:goal`, [`CarePlan/${id}`]],
    [`Provenance?target=CarePlan/${id}&_include=Provenance:target`, [`CarePlan/${id}`]],
    ['PractitionerRole?practitioner=Practitioner/ann&_include=PractitionerRole:practitioner', ['Practitioner/ann']],
    ['Practitioner?_id=ann&_revinclude=PractitionerRole:practitioner', ['PractitionerRole/ann']],
    ['CarePlan?patient=nobody&_include=CarePlan:goal', []],
  ]) {
    const answer = await get(query);
    assert.equal(answer.status, 200, query);
    assert.deepEqual(of(answer, 'include'), included, query);
    assert.deepEqual(of(answer, 'outcome'), [], query);
    assert.match(link(answer, 'self'), /_(rev)?include=/, query);
  }
  const counted = await get('CarePlan?_summary=count&_include=CarePlan:goal');
  assert.equal(counted.json.total, plans.length);
  assert.equal(counted.json.entry, undefined);
  const total = await get('CarePlan?_total=accurate&_include=CarePlan:goal');
  assert.equal(total.json.total, plans.length, 'matches are counted');
  assert.equal(of(total, 'include').length, plans.length);
  const goal = (await get(`Goal/${id}`)).json;
  const { resource } = (await get(`CarePlan?_id=${id}&_include=CarePlan:goal`)).json.entry.find(e => e.search.mode === 'include');
  assert.deepEqual(resource, goal);
});

test('the next page includes what its own matches lead to; a form does as well', async () => {
  const seen = [];
  for (let answer = await get('CarePlan?_count=2&_include=CarePlan:goal'); ;) {
    assert.deepEqual(of(answer, 'include'), of(answer, 'match').map(name => name.replace('CarePlan', 'Goal')));
    seen.push(...of(answer, 'match'));
    const next = answer.json.link.find(l => l.relation === 'next')?.url;
    if (!next) break;
    assert.match(decodeURIComponent(next), /_include=CarePlan:goal/);
    answer = await get(next.replace(/^.*\/fhir\//, ''));
  }
  assert.equal(seen.length, plans.length);
  const form = await fhirCall(clinic.service, 'POST', '/fhir/CarePlan/_search',
    { body: 'patient=p1&_include=CarePlan%3Agoal', headers: as({ 'content-type': 'application/x-www-form-urlencoded' }) });
  assert.deepEqual(of(form, 'include'), [`Goal/${plans[0].id}`]);
});

test('an include that is not known is told, or refused when strict', async () => {
  for (const query of ['_include=CarePlan:subject', '_include=*', '_include=', '_include=CarePlan', '_include:iterate=CarePlan:goal', '_revinclude=CarePlan:goal',
    '_include=Provenance:target', `_include=${'x'.repeat(200)}`]) {
    const lenient = await get(`CarePlan?patient=p1&${query}`);
    assert.equal(lenient.status, 200, lenient.text);
    assert.deepEqual(of(lenient, 'include'), [], query);
    assert.match(lenient.json.entry.find(e => e.search.mode === 'outcome').resource.issue[0].details.text, /_(rev)?include/);
    assert.doesNotMatch(link(lenient, 'self'), /include/);
    assert.equal((await get(`CarePlan?patient=p1&${query}`, { prefer: 'handling=strict' })).status, 400, query);
  }
});

test('a chain to the identifier of the patient', async () => {
  for (const query of ['patient.identifier=p1', 'subject.identifier=p1', 'subject:Patient.identifier=p1', 'patient.identifier=|p1'])
    for (const type of ['CarePlan', 'Goal']) assert.deepEqual(of(await get(`${type}?${query}`), 'match'), [`${type}/${plans[0].id}`], query);
  assert.deepEqual(of(await get('CarePlan?patient.identifier=https://clinic.example/mrn|77'), 'match'), [`CarePlan/${plans[1].id}`]);
  assert.deepEqual(of(await get('Provenance?patient.identifier=p1'), 'match'), [`Provenance/${plans[0].id}`]);
  assert.deepEqual(of(await get('CarePlan?patient.identifier=p1', {}, other), 'match'), []);
  assert.deepEqual(of(await get('CarePlan?patient.identifier=p1&patient=p3'), 'match'), [], 'both must hold');
  for (const query of ['patient.identifier=', 'patient.identifier=a,b', 'patient.name=x', 'subject:Group.identifier=p1', 'patient.identifer=p1', 'patient.identifier=p1&patient.identifier=p3'])
    assert.equal((await get(`CarePlan?${query}`)).status, 400, query);
});

test('metadata lists what is included, and each of it works', async () => {
  const { rest: [rest] } = (await get('metadata')).json;
  let tried = 0;
  for (const { type, searchInclude = [], searchRevInclude = [], searchParam = [] } of rest.resource) {
    for (const { name } of searchParam) assert.doesNotMatch(name, /[:.=]/);
    for (const [name, list] of [['_include', searchInclude], ['_revinclude', searchRevInclude]])
      for (const value of list) {
        const needs = ['Observation', 'AdverseEvent', 'Procedure'].includes(type) ? '&patient=p1' : '';
        assert.equal((await get(`${type}?${name}=${value}${needs}`, { prefer: 'handling=strict' })).status, 200, `${type} ${value}`);
        tried++;
      }
  }
  assert.ok(tried >= 6);
});
