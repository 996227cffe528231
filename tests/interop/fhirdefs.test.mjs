// The definitions: every one of them valid, found by every parameter, and leading somewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from '../api/lib/http.mjs';
import { sharedService } from '../api/lib/service.mjs';
import { fhirCall, fhirGet } from './lib/fhir_call.mjs';

const CANONICAL = 'https://unknot.example/fhir';
const TYPES = ['ActivityDefinition', 'PlanDefinition', 'Questionnaire', 'CodeSystem', 'ValueSet', 'OperationDefinition'];
const service = sharedService();

const bundles = new Map();
/** All resources of a type, fetched once. */
async function all(type) {
  if (!bundles.has(type)) bundles.set(type, (await fhirGet(service, `/fhir/${type}`)).json.entry.map(entry => entry.resource));
  return bundles.get(type);
}
const ids = answer => (answer.json.entry ?? []).filter(e => e.search.mode === 'match').map(e => e.resource.id);

function* items(list) {
  for (const item of list ?? []) {
    yield item;
    yield* items(item.item);
  }
}

for (const type of TYPES) {
  test(`${type}: a Bundle of valid resources, each readable by its id, and the same`, async () => {
    const answer = await fhirGet(service, `/fhir/${type}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^application\/fhir\+json/);
    assert.equal(answer.json.total, answer.json.entry.length);
    for (const entry of answer.json.entry) {
      const one = await get(service, new URL(entry.fullUrl).pathname, { accept: 'application/fhir+json' });
      assert.deepEqual(one.json, entry.resource);
      assert.equal(entry.resource.url, `${CANONICAL}/${type}/${entry.resource.identifier?.[0].value ?? entry.resource.id}`);
      assert.equal(entry.resource.version, (await get(service, '/knowledge')).json.version);
      assert.ok(entry.resource.text.div, 'a narrative');
    }
  });
}

test('a definition is cached: 304 for its ETag, gzip for who takes it', async () => {
  const first = await fhirGet(service, '/fhir/Questionnaire/massage-intake');
  const again = await get(service, '/fhir/Questionnaire/massage-intake', { 'if-none-match': first.headers.etag });
  assert.equal(again.status, 304);
  assert.match(first.headers['cache-control'], /max-age/);
  const packed = await get(service, '/fhir/Questionnaire/massage-intake', { 'accept-encoding': 'gzip' });
  assert.equal(packed.headers['content-encoding'], 'gzip');
  assert.deepEqual(packed.json, first.json);
  assert.ok(packed.wire.length < first.wire.length / 8);
});

test('each search parameter finds what it names, and nothing else', async () => {
  const search = async query => ids(await fhirGet(service, `/fhir/ActivityDefinition?${query}`));
  const techniques = (await get(service, '/techniques')).json.items;
  assert.equal((await search('')).length, techniques.length);
  assert.deepEqual(await search('_id=deep-tissue'), ['deep-tissue']);
  assert.deepEqual(await search('_id=deep-tissue,swedish'), ['swedish', 'deep-tissue']);
  assert.deepEqual(await search(`url=${encodeURIComponent(`${CANONICAL}/ActivityDefinition/thai`)}`), ['thai']);
  assert.deepEqual(await search('title=SWEDISH'), ['swedish']);
  assert.deepEqual(await search('title=relaxation'), [], 'strings match from their beginning');
  assert.ok((await search('title:contains=massage')).includes('swedish'));
  assert.deepEqual(await search('name:exact=DeepTissue'), ['deep-tissue']);
  assert.deepEqual(await search('name:exact=deeptissue'), []);
  assert.deepEqual(await search('name=deept'), ['deep-tissue']);
  assert.deepEqual(await search('identifier=deep_tissue'), ['deep-tissue']);
  assert.deepEqual(await search(`identifier=${encodeURIComponent(`${CANONICAL}/ActivityDefinition|deep_tissue`)}`), ['deep-tissue']);
  assert.deepEqual(await search('identifier=https%3A%2F%2Felsewhere.example%7Cdeep_tissue'), []);
  assert.equal((await search('status=draft')).length, techniques.length);
  assert.deepEqual(await search('status=active'), [], 'nobody signed the release off');
  assert.deepEqual(await search('status=active&_id=swedish'), []);
  assert.equal((await search('version=1.0.0')).length, techniques.length);
});

test('pages: every resource once, and the links lead on', async () => {
  const seen = [];
  let target = '/fhir/ActivityDefinition?_count=4&status=draft';
  for (let pages = 0; target; pages++) {
    assert.ok(pages < 10);
    const answer = await fhirGet(service, target);
    assert.ok(answer.json.entry.length <= 4);
    seen.push(...ids(answer));
    const next = answer.json.link.find(l => l.relation === 'next');
    target = next && `${new URL(next.url).pathname}${new URL(next.url).search}&_count=1000`; // as Medplum appends it
  }
  assert.equal(seen.length, 21);
  assert.equal(new Set(seen).size, 21);
});

test('_summary', async () => {
  const count = await fhirGet(service, '/fhir/CodeSystem?_summary=count');
  assert.ok(count.json.total > 10);
  assert.equal(count.json.entry, undefined);
  const heads = await fhirGet(service, '/fhir/CodeSystem?_summary=true');
  assert.ok(heads.json.entry.every(e => !e.resource.concept && e.resource.meta.tag[0].code === 'SUBSETTED'));
  for (const type of TYPES) assert.equal((await fhirGet(service, `/fhir/${type}?_summary=true`)).status, 200);
});

test('_sort, _lastUpdated, date, _elements, _total, _summary: as of any other type', async () => {
  const search = async (query, headers) => fhirGet(service, `/fhir/ActivityDefinition?${query}`, headers);
  const titles = (await all('ActivityDefinition')).map(d => d.title).sort();
  assert.deepEqual((await search('_sort=title')).json.entry.map(e => e.resource.title), titles);
  assert.deepEqual((await search('_sort=status,-title')).json.entry.map(e => e.resource.title), titles.toReversed?.() ?? [...titles].reverse());
  const paged = await search('_sort=-_id&_count=5');
  const next = new URL(paged.json.link.find(l => l.relation === 'next').url);
  const rest = await fhirGet(service, next.pathname + next.search);
  assert.deepEqual([...ids(paged), ...ids(rest)], (await all('ActivityDefinition')).map(d => d.id).sort().reverse().slice(0, 10), 'the order goes on');
  const { date, meta } = (await all('ActivityDefinition'))[0];
  assert.equal(meta.lastUpdated, `${date}T00:00:00Z`);
  for (const [query, count] of [[`date=${date}`, 21], [`date=ge${date}`, 21], [`date=gt${date}`, 0], ['date=lt2100&date=ge2000', 21], ['date=2000,2001', 0],
    [`_lastUpdated=le${date}`, 21], [`_lastUpdated=lt${date}`, 0], ['_lastUpdated=gt2000-01-01', 21], [`_lastUpdated=${date}T00:00:00Z`, 21]])
    assert.equal((await search(query)).json.total, count, query);
  const some = await search('_elements=title');
  assert.deepEqual(Object.keys(some.json.entry[0].resource).sort(), ['id', 'meta', 'resourceType', 'status', 'title']);
  assert.equal(some.json.entry[0].resource.meta.tag[0].code, 'SUBSETTED');
  assert.equal(some.json.entry[0].resource.meta.lastUpdated, meta.lastUpdated);
  assert.match(some.json.link[0].url, /_elements=title/);
  assert.ok((await search('_summary=text')).json.entry.every(e => e.resource.text && !e.resource.title && e.resource.status));
  assert.ok((await search('_summary=data')).json.entry.every(e => !e.resource.text && e.resource.title));
  assert.equal((await search('_total=none')).json.total, undefined);
  for (const total of ['accurate', 'estimate']) assert.equal((await search(`_total=${total}`)).json.total, 21);
  for (const type of TYPES) {
    const [{ id }] = await all(type);
    for (const query of ['_summary=true', '_summary=text', '_summary=data', '_elements=url']) {
      assert.equal((await fhirGet(service, `/fhir/${type}?${query}`)).status, 200);
      const one = await fhirGet(service, `/fhir/${type}/${id}?${query}`);
      assert.equal(one.json.meta.tag[0].code, 'SUBSETTED', `${type} ${query}`);
    }
    assert.deepEqual((await fhirGet(service, `/fhir/${type}/${id}?_summary=false`)).json, (await all(type))[0]);
  }
});

test('a value that is not known is told, or refused when strict', async () => {
  for (const query of ['_total=foo', '_summary=foo', '_sort=colour', '_sort=title,', '_count=abc', '_count=-1', '_cursor=x', 'date=yesterday', 'date=', '_lastUpdated=xx2020', '_elements=']) {
    const name = query.split('=')[0];
    const lenient = await fhirGet(service, `/fhir/CodeSystem?${query}`);
    assert.equal(lenient.status, 200, query);
    assert.match(lenient.json.entry.find(e => e.search.mode === 'outcome').resource.issue[0].details.text, new RegExp(name));
    assert.doesNotMatch(lenient.json.link[0].url, new RegExp(`${name}=(foo|colour|title|abc|-1|x|yesterday|$)`));
    const strict = await fhirGet(service, `/fhir/CodeSystem?${query}`, { prefer: 'handling=strict' });
    assert.equal(strict.status, 400, query);
    assert.equal(strict.json.issue[0].expression[0], `http.${name}`);
  }
});

test('a parameter that is not known: named when lenient, refused when strict', async () => {
  const lenient = await fhirGet(service, '/fhir/CodeSystem?colour=red&name=Finding');
  assert.equal(lenient.status, 200);
  assert.match(lenient.json.link[0].url, /name=Finding/);
  assert.doesNotMatch(lenient.json.link[0].url, /colour/);
  const outcome = lenient.json.entry.find(e => e.search.mode === 'outcome').resource;
  assert.match(outcome.issue[0].details.text, /colour/);
  const strict = await fhirGet(service, '/fhir/CodeSystem?colour=red', { prefer: 'handling=strict' });
  assert.equal(strict.status, 400);
  assert.equal(strict.json.resourceType, 'OperationOutcome');
});

test('what is not there is 404, an OperationOutcome', async () => {
  for (const target of ['/fhir/ActivityDefinition/nothing', '/fhir/Questionnaire/%00', '/fhir/CodeSystem/..']) {
    const answer = await fhirGet(service, target);
    assert.ok([400, 404].includes(answer.status), `${target} ${answer.status}`);
    assert.equal(answer.json.resourceType, 'OperationOutcome');
  }
});

test('the CapabilityStatement lists every type, with its parameters', async () => {
  const { rest: [rest] } = (await fhirGet(service, '/fhir/metadata')).json;
  for (const type of TYPES) {
    const resource = rest.resource.find(r => r.type === type);
    assert.deepEqual(resource.interaction.map(i => i.code).sort(), ['read', 'search-type']);
    assert.deepEqual(resource.searchParam.map(p => p.name).sort(), ['_id', '_lastUpdated', 'date', 'identifier', 'name', 'status', 'title', 'url', 'version']);
  }
});

test('an ActivityDefinition says what the catalogue says, with its sources', async () => {
  const definitions = await all('ActivityDefinition');
  const sources = new Map((await get(service, '/sources')).json.items.map(s => [s.key, s]));
  for (const technique of (await get(service, '/techniques')).json.items) {
    const definition = definitions.find(d => d.identifier[0].value === technique.id);
    assert.equal(definition.code.coding[0].code, technique.id);
    assert.equal(definition.title, technique.name);
    assert.equal(definition.description, technique.summary);
    assert.equal(definition.timingTiming.repeat.duration, technique.dose.minutes.min);
    assert.equal(definition.timingTiming.repeat.frequency, technique.dose.per_week.min);
    assert.equal(definition.timingTiming.code.text, technique.dose.text);
    const [why, ...cited] = definition.relatedArtifact;
    assert.equal(why.display, technique.evidence.text);
    assert.deepEqual(cited.map(c => [c.label, c.citation]), technique.evidence.sources.map(key => [key, sources.get(key).citation]));
  }
});

test('the Questionnaire: our ids, once each; three answers; conditions on items that exist', async () => {
  const [questionnaire] = await all('Questionnaire');
  const every = [...items(questionnaire.item)];
  const links = new Set(every.map(item => item.linkId));
  assert.equal(links.size, every.length, 'linkIds are unique');
  const findings = (await get(service, '/findings')).json.items.filter(f => f.asked !== 'derived');
  for (const finding of findings) {
    const item = every.find(i => i.linkId === finding.id);
    assert.ok(item, finding.id);
    assert.deepEqual(item.answerOption.map(o => o.valueCoding.code), ['present', 'absent', 'unknown']);
    for (const attribute of finding.attributes) assert.ok(links.has(`${finding.id}.${attribute}`), `${finding.id}.${attribute}`);
    assert.equal(Boolean(item.enableWhen), finding.asked_when !== undefined, `${finding.id}: ${finding.asked_when}`);
    if (findings.some(f => f.id === finding.asked_when))
      assert.deepEqual(item.enableWhen.map(e => [e.question, e.operator, e.answerCoding.code]), [[finding.asked_when, '=', 'present']]);
  }
  for (const item of every)
    for (const condition of item.enableWhen ?? []) assert.ok(links.has(condition.question), `${item.linkId} needs ${condition.question}`);
  for (const list of (await get(service, '/questionnaire')).json.checklists) assert.ok(links.has(`${list.id}.none_of`), list.id);
});

test('every coding of ours stands in a CodeSystem of ours, and each has its ValueSet', async () => {
  const systems = new Map((await all('CodeSystem')).map(s => [s.url, new Set(s.concept.map(c => c.code))]));
  const sets = await all('ValueSet');
  for (const url of systems.keys()) assert.ok(sets.some(s => s.compose.include[0].system === url), url);
  let seen = 0;
  const visit = value => {
    if (!value || typeof value !== 'object') return;
    if (typeof value.system === 'string' && value.system.startsWith(`${CANONICAL}/CodeSystem/`) && value.code) {
      seen++;
      assert.ok(systems.get(value.system)?.has(value.code), `${value.system} ${value.code}`);
    }
    Object.values(value).forEach(visit);
  };
  for (const type of TYPES) for (const resource of await all(type)) visit(resource);
  assert.ok(seen > 1000);
});

test('the PlanDefinition: triage, courses, stop rules, and definitions that exist', async () => {
  const [plan] = await all('PlanDefinition');
  const urls = new Set((await Promise.all(TYPES.map(all))).flat().map(r => `${r.url}|${r.version}`));
  const kinds = new Set();
  const visit = action => {
    if (action.definitionCanonical) assert.ok(urls.has(action.definitionCanonical), action.definitionCanonical);
    for (const condition of action.condition ?? []) kinds.add(condition.kind);
    (action.action ?? []).forEach(visit);
  };
  plan.action.forEach(visit);
  assert.deepEqual([...kinds].sort(), ['applicability', 'start', 'stop']);
  const step = id => plan.action.find(a => a.id === id);
  assert.deepEqual(step('triage').action.map(a => a.priority), ['stat', 'urgent', 'asap', 'routine']);
  assert.equal(step('assessment').action.length, 21);
  assert.ok(step('course').action.length >= 5);
  assert.ok(step('stop').action.length >= 5);
});

test('a search by a form finds what the same query finds', async () => {
  const form = (body, headers) => fhirCall(service, 'POST', '/fhir/ActivityDefinition/_search', { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  const answer = await form('title=swedish&status=draft');
  assert.deepEqual(ids(answer), ['swedish']);
  assert.match(answer.json.link[0].url, /title=swedish/);
  assert.equal((await form('')).json.total, 21);
  assert.equal((await form('colour=red', { prefer: 'handling=strict' })).status, 400);
  assert.equal((await form('title=%zz')).status, 400);
});

test('every operation that is promised is defined', async () => {
  const defined = new Set((await all('OperationDefinition')).map(d => d.url));
  const { rest: [rest] } = (await fhirGet(service, '/fhir/metadata')).json;
  const own = rest.resource.flatMap(r => r.operation ?? []).map(o => o.definition).filter(url => url.startsWith(CANONICAL));
  assert.ok(own.length >= 5);
  for (const url of own) assert.ok(defined.has(url), url);
  for (const resource of rest.resource) {
    const names = (resource.operation ?? []).map(o => o.name);
    assert.equal(new Set(names).size, names.length, `${resource.type} names each operation once`);
  }
});

test('$lookup, $validate-code, $expand know what the CodeSystems say', async () => {
  const value = (answer, name) => Object.entries(answer.json.parameter.find(p => p.name === name) ?? {}).find(([member]) => member.startsWith('value'))?.[1];
  for (const system of await all('CodeSystem')) {
    const concept = system.concept.at(-1);
    const q = `code=${encodeURIComponent(concept.code)}`;
    const found = await fhirGet(service, `/fhir/CodeSystem/$lookup?system=${system.url}&${q}`);
    assert.equal(found.status, 200, found.text);
    assert.equal(value(found, 'display'), concept.display);
    assert.equal(value(found, 'definition'), concept.definition);
    assert.equal(value(await fhirGet(service, `/fhir/CodeSystem/$validate-code?url=${system.url}&${q}`), 'result'), true);
    const set = system.valueSet;
    assert.equal(value(await fhirGet(service, `/fhir/ValueSet/$validate-code?url=${set}&system=${system.url}&${q}`), 'result'), true);
    assert.equal(value(await fhirGet(service, `/fhir/ValueSet/$validate-code?url=${set}&system=http://snomed.info/sct&${q}`), 'result'), false);
    assert.equal(value(await fhirGet(service, `/fhir/ValueSet/$validate-code?url=${set}|${system.version}&code=nothing_like_it`), 'result'), false);
    const expanded = await fhirGet(service, `/fhir/ValueSet/$expand?url=${set}`);
    assert.equal(expanded.json.expansion.total, system.concept.length);
    assert.deepEqual(expanded.json.expansion.contains.map(c => c.code), system.concept.map(c => c.code));
  }
  const technique = `${CANONICAL}/ValueSet/technique`;
  const some = (await fhirGet(service, `/fhir/ValueSet/$expand?url=${technique}&filter=MASSAGE&offset=1&count=2`)).json.expansion;
  assert.equal(some.contains.length, 2);
  assert.ok(some.total > 5);
  const none = (await fhirGet(service, `/fhir/ValueSet/$expand?url=${technique}&filter=xyzzy`)).json.expansion;
  assert.deepEqual([none.total, none.contains], [0, undefined]);
});

test('questions about vocabulary that is not ours, or without a parameter', async () => {
  for (const [target, status] of [
    ['CodeSystem/$lookup?system=http://loinc.org&code=72514-3', 404],
    [`CodeSystem/$lookup?system=${CANONICAL}/CodeSystem/technique&code=nothing`, 404],
    ['CodeSystem/$lookup?code=swedish', 400],
    [`CodeSystem/$validate-code?url=${CANONICAL}/CodeSystem/technique`, 400],
    ['ValueSet/$expand', 400],
    [`ValueSet/$expand?url=${CANONICAL}/ValueSet/nothing`, 404],
    [`ValueSet/$expand?url=${CANONICAL}/ValueSet/technique|9.9.9`, 404],
  ]) {
    const answer = await fhirGet(service, `/fhir/${target}`);
    assert.equal(answer.status, status, `${target} ${answer.text}`);
    assert.equal(answer.json.resourceType, 'OperationOutcome');
  }
});

const parameters = list => ({ resourceType: 'Parameters', parameter: list });
const ask = (target, list, headers) => fhirCall(service, 'POST', `/fhir/${target}`, { json: parameters(list), headers });
const system = name => `${CANONICAL}/CodeSystem/${name}`;
const set = name => `${CANONICAL}/ValueSet/${name}`;

test('by Parameters a question has the answer that it has by GET', async () => {
  const coding = { system: system('technique'), code: 'swedish' };
  for (const [target, query, ...lists] of [
    ['CodeSystem/$lookup', `system=${system('technique')}&code=swedish`,
      [{ name: 'system', valueUri: system('technique') }, { name: 'code', valueCode: 'swedish' }], [{ name: 'coding', valueCoding: coding }]],
    ['CodeSystem/$validate-code', `url=${system('technique')}&code=swedish`,
      [{ name: 'url', valueUri: system('technique') }, { name: 'code', valueCode: 'swedish' }], [{ name: 'coding', valueCoding: coding }]],
    ['ValueSet/$validate-code', `url=${set('technique')}&system=${system('technique')}&code=swedish`,
      [{ name: 'url', valueUri: set('technique') }, { name: 'coding', valueCoding: coding }],
      [{ name: 'url', valueUri: set('technique') }, { name: 'codeableConcept', valueCodeableConcept: { coding: [coding] } }]],
    ['ValueSet/$validate-code', `url=${set('technique')}&system=http://loinc.org&code=swedish`,
      [{ name: 'url', valueUri: set('technique') }, { name: 'coding', valueCoding: { ...coding, system: 'http://loinc.org' } }]],
    ['ValueSet/$expand', `url=${set('technique')}&filter=massage&offset=1&count=2`,
      [{ name: 'url', valueUri: set('technique') }, { name: 'filter', valueString: 'massage' }, { name: 'offset', valueInteger: 1 }, { name: 'count', valueInteger: 2 }]],
    ['CodeSystem/$subsumes', `system=${system('technique')}&codeA=swedish&codeB=thai`,
      [{ name: 'system', valueUri: system('technique') }, { name: 'codeA', valueCode: 'swedish' }, { name: 'codeB', valueCode: 'thai' }],
      [{ name: 'codingA', valueCoding: coding }, { name: 'codingB', valueCoding: { ...coding, code: 'thai' } }]],
    ['ConceptMap/$translate', 'system=http://hl7.org/fhir/sid/icd-10-cm&code=I82.4',
      [{ name: 'coding', valueCoding: { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I82.4' } }]],
  ]) {
    const got = await fhirGet(service, `/fhir/${target}?${query}`);
    assert.equal(got.status, 200, `${target} ${got.text}`);
    for (const list of lists) {
      const posted = await ask(target, list);
      assert.equal(posted.status, 200, `${target} ${posted.text}`);
      assert.deepEqual(posted.json, got.json, target);
      assert.equal(posted.headers['cache-control'], 'no-store');
    }
  }
});

test('$subsumes and $translate', async () => {
  const named = (answer, name) => answer.json.parameter.filter(p => p.name === name);
  const subsumes = async (a, b) => named(await fhirGet(service, `/fhir/CodeSystem/$subsumes?system=${system('technique')}&codeA=${a}&codeB=${b}`), 'outcome')[0].valueCode;
  assert.equal(await subsumes('swedish', 'swedish'), 'equivalent');
  assert.equal(await subsumes('swedish', 'thai'), 'not-subsumed');
  const translate = (by, code) => fhirGet(service, `/fhir/ConceptMap/$translate?system=${by}&code=${code}`);
  const clot = await translate('http://hl7.org/fhir/sid/icd-10-cm', 'I82.4');
  assert.equal(named(clot, 'result')[0].valueBoolean, true);
  const native = (await get(service, '/codes/translate?system=icd10cm&code=I82.4')).json;
  assert.deepEqual(named(clot, 'match').map(m => m.part[1].valueCoding.code.split('.')[0]), native.matches.filter(m => m.target !== 'intake').map(m => m.id));
  assert.equal(named(clot, 'match')[0].part[0].valueCode, 'wider');
  const drug = await translate('http://www.nlm.nih.gov/research/umls/rxnorm', '11289');
  assert.ok(named(drug, 'match').length, drug.text);
  const none = await translate('http://hl7.org/fhir/sid/icd-10-cm', 'Z99.99');
  assert.deepEqual([named(none, 'result')[0].valueBoolean, named(none, 'message')[0].valueString, named(none, 'match').length], [false, 'unmapped', 0]);
  for (const target of ['ConceptMap/$translate?system=colours&code=red', 'ConceptMap/$translate?code=red', 'ConceptMap/$translate?system=loinc', 'ConceptMap/$translate',
    `CodeSystem/$subsumes?system=${system('technique')}&codeA=swedish`]) {
    const answer = await fhirGet(service, `/fhir/${target}`);
    assert.ok([400, 422].includes(answer.status), `${target} ${answer.text}`);
    assert.equal(answer.json.resourceType, 'OperationOutcome');
  }
  assert.equal((await fhirGet(service, `/fhir/CodeSystem/$subsumes?system=${system('technique')}&codeA=swedish&codeB=nothing`)).status, 404);
});

test('Parameters that are not understood are refused with the place', async () => {
  const url = { name: 'url', valueUri: set('technique') };
  for (const [target, list, place] of [
    ['ValueSet/$expand', [url, { name: 'colour', valueString: 'red' }], 'Parameters.parameter[1]'],
    ['ValueSet/$expand', [url, url], 'Parameters.parameter[1]'],
    ['ValueSet/$expand', [url, { name: 'filter', valueBoolean: true }], 'Parameters.parameter[1]'],
    ['ValueSet/$expand', [url, { name: '_format', valueString: 'json' }], 'Parameters.parameter[1]'],
    ['ValueSet/$expand', [{ name: 'url' }], 'Parameters.parameter[0]'],
    ['ValueSet/$expand', [{ valueString: 'x' }], 'Parameters.parameter[0]'],
    ['ValueSet/$expand', [], 'Parameters.parameter'],
    ['ValueSet/$expand', ['url'], 'Parameters.parameter[0]'],
    ['ValueSet/$expand', [url, { name: 'coding', valueCoding: { system: 'x', code: 'y' } }], 'Parameters.parameter[1]'],
    ['CodeSystem/$lookup', [{ name: 'coding', valueCoding: { code: 'swedish' } }], 'Parameters.parameter[0]'],
    ['CodeSystem/$lookup', [{ name: 'codeableConcept', valueCodeableConcept: { coding: [{ system: 'a', code: 'b' }, { system: 'a', code: 'c' }] } }], 'Parameters.parameter[0]'],
    ['CodeSystem/$subsumes', [{ name: 'codingA', valueCoding: { system: 'a', code: 'b' } }, { name: 'codingB', valueCoding: { system: 'c', code: 'd' } }], 'Parameters.parameter[1]'],
    ['ConceptMap/$translate', [{ name: 'code', valueCode: 'x' }], 'Parameters.parameter'],
  ]) {
    const answer = await ask(target, list);
    assert.equal(answer.status, 400, `${target} ${JSON.stringify(list)} ${answer.text}`);
    assert.equal(answer.json.issue[0].expression[0], place, answer.text);
  }
  assert.equal((await fhirCall(service, 'POST', '/fhir/ValueSet/$expand', { json: { resourceType: 'Patient' } })).status, 400);
  assert.equal((await fhirCall(service, 'POST', '/fhir/ValueSet/$expand', { body: '{"resourceType":' })).status, 400);
  assert.equal((await fhirCall(service, 'POST', '/fhir/ValueSet/$expand', { body: 'url=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 415);
});

test('what cards of CDS Hooks speak of is vocabulary of ours', async () => {
  const codes = async name => (await fhirGet(service, `/fhir/CodeSystem/${name}`)).json.concept.map(c => c.code);
  assert.deepEqual((await codes('cds-topic')).sort(), ['caution', 'contraindicated', 'open', 'reasonable', 'triage', 'waiting'].sort());
  assert.equal((await codes('override-reason')).length, 5);
  assert.equal((await fhirGet(service, `/fhir/ValueSet/$expand?url=${set('override-reason')}`)).json.expansion.total, 5);
});
