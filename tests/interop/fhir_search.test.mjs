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

test('the self link says each value as it was given', async () => {
  for (const query of ['ActivityDefinition?title=deep tissue', 'CarePlan?date=ge2026-01-01&date=lt2031-01-01', 'ActivityDefinition?title=a b&status=active']) {
    const answer = await get(encodeURI(query));
    assert.equal(answer.status, 200, answer.text);
    const asked = [...new URL(answer.json.link.find(l => l.relation === 'self').url).searchParams].filter(([name]) => !name.startsWith('_'));
    assert.deepEqual(asked.sort(), [...new URLSearchParams(query.split('?')[1])].sort(), query);
  }
});

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
    [`CarePlan?_id=${id}&_include=CarePlan:performer`, ['Practitioner/ann']],
    ['CarePlan?patient=p3&_include=CarePlan:performer', []],
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
  assert.deepEqual(of(await get('CarePlan?_include=CarePlan:performer'), 'include').sort(), ['Practitioner/ann', 'Practitioner/bob']);
  const narrow = clinic.key('--scopes', 'plans:read');
  assert.equal((await get('CarePlan?_include=CarePlan:goal', {}, narrow)).status, 200);
  const refused = await get('CarePlan?_include=CarePlan:performer', {}, narrow);
  assert.equal(refused.status, 403, 'the directory needs a scope of its own');
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

test('AdverseEvent: by day, kind, seriousness, session and change; counted; with the session it came after', async () => {
  const [{ id }] = plans;
  const log = async (planned_on, events) => {
    const made = await clinic.post(key, `/care-plans/${id}/sessions`, { status: 'done', planned_on, minutes: 30, adverse_events: events });
    assert.equal(made.status, 201, made.text);
    return made.json.session_id;
  };
  const first = await log('2026-11-18', [{ id: 'ae_soreness' }, { id: 'ae_bruise' }]);
  await log('2026-11-19', [{ id: 'ae_none' }]);
  const second = await log('2026-11-20', [{ id: 'ae_soreness' }]);
  const serious = await log('2026-11-20', [{ id: 'ae_bladder_bowel_saddle' }]);
  const find = async (query, who) => get(`AdverseEvent?patient=p1&${query}`, {}, who);
  const codes = async query => {
    const answer = await find(query);
    assert.equal(answer.status, 200, answer.text);
    return (answer.json.entry ?? []).filter(e => e.search.mode === 'match').map(e => e.resource.event.coding[0].code);
  };
  const all = ['ae_soreness', 'ae_bruise', 'ae_soreness', 'ae_bladder_bowel_saddle'];
  assert.deepEqual(await codes(''), all);
  const system = 'https://unknot.example/fhir/CodeSystem/adverse-event', grade = 'http://terminology.hl7.org/CodeSystem/adverse-event-seriousness';
  const patient = id.split('.')[0];
  for (const [query, wanted] of [
    ['event=ae_soreness', ['ae_soreness', 'ae_soreness']], [`event=${system}|ae_bruise`, ['ae_bruise']], ['event=ae_bruise,ae_bladder_bowel_saddle', ['ae_bruise', 'ae_bladder_bowel_saddle']],
    ['event=https://elsewhere.example|ae_bruise', []], ['event=ae_nothing', []],
    ['date=2026-11-18', ['ae_soreness', 'ae_bruise']], ['date=ge2026-11-19', all.slice(2)], ['date=gt2026-11-18&date=lt2026-11-20', []], ['date=2026-11', all], ['date=lt2026', []],
    ['seriousness=serious', ['ae_bladder_bowel_saddle']], [`seriousness=${grade}|non-serious`, all.slice(0, 3)], ['seriousness=serious,non-serious', all], ['seriousness=grave', []],
    ['actuality=actual', all], ['actuality=potential', []],
    [`substance=Procedure/${patient}.${first}`, ['ae_soreness', 'ae_bruise']], [`substance=Procedure/${patient}.${second}&event=ae_bruise`, []], ['substance=Procedure/none', []],
    [`_id=${patient}.${first}.1`, ['ae_bruise']], [`_id=${patient}.${first}.1&event=ae_soreness`, []], [`_id=${patient}.${first}.1&substance=Procedure/${patient}.${second}`, []],
    ['_lastUpdated=ge2020-01-01', all], ['_lastUpdated=lt2020', []], ['date=ge2026-11-19&event=ae_soreness&seriousness=non-serious', ['ae_soreness']],
  ]) assert.deepEqual(await codes(query), wanted, query);
  for (const query of ['date=yesterday', '_lastUpdated=xx2020', 'substance=Patient/p1', 'substance=Procedure/a,Procedure/b'])
    assert.equal((await find(query)).status, 400, query);
  assert.equal((await get('AdverseEvent?patient=p1&severity=mild', { prefer: 'handling=strict' })).status, 400, 'how bad it was is not recorded');
  assert.equal((await get('AdverseEvent?event=ae_bruise')).status, 400, 'whose?');
  assert.deepEqual(of(await find('event=ae_bruise', other), 'match'), []);

  assert.equal((await find('_total=accurate&event=ae_soreness&_count=1')).json.total, 2);
  for (const type of ['AdverseEvent', 'Procedure', 'Observation']) {
    const counted = await get(`${type}?patient=p1&_summary=count`);
    assert.equal(counted.json.total, of(await get(`${type}?patient=p1`), 'match').length, type);
    assert.equal(counted.json.entry, undefined);
    assert.equal((await get(`${type}?patient=nobody&_summary=count`)).json.total, 0);
  }
  const led = await find(`_include=AdverseEvent:substance&event=ae_soreness`);
  assert.deepEqual(of(led, 'include').sort(), [first, second].map(one => `Procedure/${patient}.${one}`).sort());
  const one = led.json.entry.find(e => e.search.mode === 'include').resource;
  assert.deepEqual(one, (await get(`Procedure/${one.id}`)).json);
  assert.ok(serious);
});

test('Observation and Procedure lead to the plan they are based on, once', async () => {
  const [{ id }] = plans;
  for (const score of [3, 4]) assert.equal((await clinic.post(key, `/care-plans/${id}/measurements`, { instrument: 'nrs', score })).status, 201);
  for (const type of ['Observation', 'Procedure']) {
    const answer = await get(`${type}?patient=p1&_include=${type}:based-on`);
    assert.ok(of(answer, 'match').length >= 2);
    assert.deepEqual(of(answer, 'include'), [`CarePlan/${id}`]);
    assert.deepEqual(answer.json.entry.find(e => e.search.mode === 'include').resource, (await get(`CarePlan/${id}`)).json);
    assert.deepEqual(of(await get(`${type}?patient=nobody&_include=${type}:based-on`), 'include'), []);
  }
  const pages = await get('Observation?patient=p1&_count=1&_include=Observation:based-on');
  const next = await get(pages.json.link.find(l => l.relation === 'next').url.replace(/^.*\/fhir\//, ''));
  assert.deepEqual(of(next, 'include'), [`CarePlan/${id}`]);
});
