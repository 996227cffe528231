// Bad input: every mistake is named, all at once, and a red flag in it is never lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, get, post, postText } from './lib/http.mjs';
import { example, red } from './lib/people.mjs';
import { sharedService } from './lib/service.mjs';

const service = sharedService();
const PATHS = ['/recommendations', '/contraindication-checks'];
const refuse = async (json, path = PATHS[0]) => {
  const answer = await post(service, path, json);
  assert.equal(answer.status, 422, `${JSON.stringify(json).slice(0, 200)}\n${answer.text.slice(0, 400)}`);
  assert.equal(answer.json.code, 'invalid_content');
  return answer.json;
};
const unreadable = async (body, path = PATHS[0]) => {
  const answer = await postText(service, path, body);
  assert.equal(answer.status, 400, `${body.toString('latin1').slice(0, 100)}\n${answer.text.slice(0, 400)}`);
  assert.equal(answer.json.code, 'malformed_json');
  return answer.json;
};
const places = problem => problem.errors.map(e => e.pointer).sort();

// --- not JSON ---

for (const [what, body, line, column] of [
  ['a comma too many', '{"age": 5,,}', 1, 11], ['a second line', '{\n  "age": 40,\n  "sex": male\n}', 3, 10], ['a single quote', "{'age': 4}", 1, 2],
  ['an unfinished object', '{"age": 4', 1, null], ['an unfinished text', '{"sex": "mal', 1, null], ['words', 'hello', 1, 1], ['nothing', '', 1, 1],
  ['only white space', ' \n ', null, null], ['two values', '{} {}', 1, 4], ['a trailing comma', '{"age":4,}', 1, null], ['a comment', '{} // x', 1, 4],
  ['NaN', '{"age": NaN}', 1, 9], ['a leading zero', '{"age": 04}', 1, null], ['a plus', '{"age": +4}', 1, 9], ['a bare control character', '{"sex": "a\u0001b"}', 1, null],
  ['half a surrogate pair', '{"sex": "\\ud800"}', 1, null], ['a bad escape', '{"sex": "\\x"}', 1, null], ['a byte order mark', '\ufeff{}', 1, 1],
])
  test(`malformed JSON: ${what} is refused with line and column`, async () => {
    const problem = await unreadable(Buffer.from(body));
    const at = problem.detail.match(/^line (\d+), column (\d+)/);
    assert.ok(at, problem.detail);
    if (line) assert.equal(Number(at[1]), line, problem.detail);
    // A reader notices at the mistake or just behind the word it stands in.
    if (column) assert.ok(Math.abs(Number(at[2]) - column) <= 4, `${problem.detail}, not near ${column}`);
    assert.equal(problem.errors.length, 1);
    assert.match(problem.errors[0].detail, /line \d+, column \d+/);
  });

test('duplicate keys are refused, at any depth', async () => {
  for (const body of ['{"age":4,"age":4}', '{"pain":{"intensity":1,"intensity":2}}', '{"findings":[{"id":"a","id":"b","state":"absent"}]}', '{"age":4,"\\u0061ge":5}'])
    assert.equal((await unreadable(Buffer.from(body))).errors[0].code, 'duplicate_key', body);
});

test('bytes that are not UTF-8 are refused, wherever they stand', async () => {
  for (const hex of ['ff', 'c080', 'eda080', 'f8888080', 'e282', 'fe', 'f4908080'])
    for (const [before, after] of [['{"sex":"', '"}'], ['{"', '":1}'], ['', '{}'], ['{"medications":[{"text":"a', 'b"}]}']])
      assert.equal((await postText(service, PATHS[0], Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]))).status, 400, `${before}${hex}`);
  const problem = await unreadable(Buffer.concat([Buffer.from('{"sex":"'), Buffer.from([0xff]), Buffer.from('"}')]));
  assert.equal(problem.errors[0].code, 'invalid_utf8');
});

test('NUL is refused, escaped and raw', async () => {
  for (const body of ['{"medications":[{"text":"a\\u0000b"}]}', '{"a\\u0000":1}', '{"sex":"\0"}', '{}\0', '\0{}']) await unreadable(Buffer.from(body));
});

const nested = (depth, inner = '') => `{"a":${'['.repeat(depth - 1)}${inner}${']'.repeat(depth - 1)}}`;
test('32 levels are read, 33 are refused, and 100,000 neither hang nor crash', async () => {
  assert.equal((await postText(service, PATHS[0], nested(32))).status, 422, 'read, and an unknown member');
  for (const depth of [33, 34, 1000, 100_000]) assert.equal((await unreadable(Buffer.from(nested(depth)))).errors[0].code, 'too_deep', String(depth));
  await unreadable(Buffer.from('['.repeat(200_000)));
  await unreadable(Buffer.from('{"a":'.repeat(40_000)));
  assert.equal((await postText(service, PATHS[0], '{"medications":[{"text":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}]}')).status, 200, 'brackets in a text are no depth');
});

test('a body that is not an object is refused', async () => {
  for (const body of ['[]', '"a"', '1', 'null', 'true']) {
    const { status, json } = await postText(service, PATHS[0], body);
    assert.ok(status === 422 || status === 400, body);
    assert.equal(json.errors[0].pointer, '#');
  }
});

test('a query that is not UTF-8, has a NUL or a broken escape is refused, not ignored', async () => {
  for (const query of ['q=%ff', 'q=%c0%80', 'q=%00', 'q=a%00b', 'q=%', 'q=%4', 'q=%zz', '%ff=1', 'q=%ed%a0%80', 'max_pressure=%ff&q=a']) {
    const { status, json } = await get(service, `/techniques?${query}`);
    assert.equal(status, 400, query);
    assert.equal(json.code, 'malformed_query');
  }
  assert.equal((await call(service, 'POST', '/recommendations?view=%ff', { json: {} })).status, 400);
  assert.equal((await get(service, `/techniques?${'a=1&'.repeat(200)}`)).status, 400, 'too many parameters');
});

// --- unknown names ---

for (const [what, intake, pointer, hint] of [
  ['a member', { agee: 4 }, '#/agee', 'age'],
  ['a nested member', { pain: { intensty: 4 } }, '#/pain/intensty', 'intensity'],
  ['a member of a finding', { findings: [{ id: 'rf_fever', state: 'absent', week_ago: 3 }] }, '#/findings/0/week_ago', 'weeks_ago'],
  ['a finding', { findings: [{ id: 'rf_sadle', state: 'absent' }] }, '#/findings/0/id', 'rf_saddle'],
  ['an area', { pain: { areas: ['lowback'] } }, '#/pain/areas/0', 'low_back'],
  ['a presentation', { presentations: ['nslbp_cronic'] }, '#/presentations/0', 'nslbp_chronic'],
  ['a checklist', { none_of: ['this_pains'] }, '#/none_of/0', 'this_pain'],
  ['a state', { findings: [{ id: 'rf_fever', state: 'presnt' }] }, '#/findings/0/state', 'present'],
  ['a sex', { sex: 'femal' }, '#/sex', 'female'],
  ['a wished technique', { preferences: { techniques: ['sweedish'] } }, '#/preferences/techniques/0', 'swedish'],
  ['an avoided technique', { preferences: { avoid_techniques: ['sweedish'] } }, '#/preferences/avoid_techniques/0', 'swedish'],
  ['a position', { preferences: { positions: ['pron'] } }, '#/preferences/positions/0', 'prone'],
  ['a detail', { findings: [{ id: 'rf_foot_drop', state: 'present', detail: 'stabel' }] }, '#/findings/0/detail', 'stable'],
  ['an area of a finding', { findings: [{ id: 'deep_vein_thrombosis', state: 'present', areas: ['calv'] }] }, '#/findings/0/areas/0', 'calf'],
  ['a rule of a clearance', { clearances: [{ role: 'doctor', recorded: '2026-11-01', rules: ['C1.rf_sadle'] }] }, '#/clearances/0/rules/0', 'C1.rf_saddle'],
  ['a finding of a clearance', { clearances: [{ role: 'doctor', recorded: '2026-11-01', findings: ['rf_sadle'] }] }, '#/clearances/0/findings/0', 'rf_saddle'],
  ['a technique of a clearance', { clearances: [{ role: 'doctor', recorded: '2026-11-01', techniques: ['sweedish'] }] }, '#/clearances/0/techniques/0', 'swedish'],
  ['a code system', { diagnoses: [{ system: 'icd10cn', code: 'M54.5' }] }, '#/diagnoses/0/system', 'icd10cm'],
])
  test(`${what} we do not know is named with its place: did you mean ${hint}?`, async () => {
    const problem = await refuse(intake);
    assert.deepEqual(places(problem), [pointer]);
    assert.match(problem.errors[0].detail, new RegExp(`\\b${hint.replaceAll('.', '\\.')}\\b`));
  });

test('an unknown technique in a check is named; what is far from everything gets no guess', async () => {
  const problem = await refuse({ techniques: ['swedish', 'deep_tisue', 'qqqqqqqqqqqq'] }, PATHS[1]);
  assert.deepEqual(places(problem), ['#/techniques/1', '#/techniques/2']);
  assert.match(problem.errors[0].detail, /'deep_tissue'/);
  assert.doesNotMatch(problem.errors[1].detail, /did you mean/i);
});

test('pointers are escaped as RFC 6901 says', async () => {
  const problem = await refuse({ 'a/b': 1, 'c~d': 2, 'e f': 3, 'ü': 4, '': 5, '%': 6 });
  assert.equal(problem.errors.length, 6);
  const found = places(problem).map(p => decodeURIComponent(p.slice(2)).replaceAll('~1', '/').replaceAll('~0', '~')).sort();
  assert.deepEqual(found, ['', '%', 'a/b', 'c~d', 'e f', 'ü'].sort());
});

test('an intake is not a check: techniques are unknown to /recommendations', async () => {
  assert.deepEqual(places(await refuse({ techniques: ['swedish'] })), ['#/techniques']);
});

test('what a client sent is quoted on one line', async () => {
  for (const target of ['/techniques?q=%0aforged', '/techniques?max_pressure=a%0d%0ab', '/techniques?a%0ab=1', '/techniques/a%0ab'])
    await get(service, target);
  await refuse({ 'a\nb': 1, age: 'x\ny', sex: 'a\tb', presentations: ['a\r\nb'], medications: [{ text: 'a\nb' }], as_of: '\n' });
});

// --- types, ranges ---

for (const [what, intake, pointer] of [
  ['a text for a number', { age: '40' }, '#/age'], ['null', { age: null }, '#/age'], ['a boolean', { age: true }, '#/age'], ['a fraction for a whole number', { age: 40.5 }, '#/age'],
  ['a number for a text', { sex: 1 }, '#/sex'], ['an object for a list', { findings: {} }, '#/findings'], ['a list for an object', { pain: [] }, '#/pain'],
  ['a text for a list', { none_of: 'this_pain' }, '#/none_of'], ['a number in a list of ids', { presentations: [1] }, '#/presentations/0'], ['null in a list', { findings: [null] }, '#/findings/0'],
  ['an age below', { age: -1 }, '#/age'], ['an age above', { age: 131 }, '#/age'], ['an age beyond all numbers', { age: 1e300 }, '#/age'],
  ['too much pain', { pain: { intensity: 10.5 } }, '#/pain/intensity'], ['less than none', { pain: { intensity: -0.5 } }, '#/pain/intensity'],
  ['more than a century', { pain: { duration_weeks: 5201 } }, '#/pain/duration_weeks'], ['a wish for pressure 6', { preferences: { pressure: 6 } }, '#/preferences/pressure'],
  ['a wish for pressure 2.5', { preferences: { pressure: 2.5 } }, '#/preferences/pressure'], ['clothed as a text', { preferences: { clothed: 'yes' } }, '#/preferences/clothed'],
  ['a value beyond the finding\'s range', { findings: [{ id: 'pregnancy', state: 'present', value: 99 }] }, '#/findings/0/value'],
  ['an id in capitals', { findings: [{ id: 'RF_SADDLE', state: 'absent' }] }, '#/findings/0/id'], ['an id of 65 letters', { none_of: ['a'.repeat(65)] }, '#/none_of/0'],
  ['a date that does not exist', { as_of: '2026-02-30' }, '#/as_of'], ['a date with a time', { as_of: '2026-02-03T00:00' }, '#/as_of'], ['a word for a date', { as_of: 'today' }, '#/as_of'],
  ['a leap day that was none', { as_of: '2025-02-29' }, '#/as_of'],
  ['an empty medicine', { medications: [{ text: '' }] }, '#/medications/0/text'], ['a medicine without a name', { medications: [{}] }, '#/medications/0'],
  ['an ATC code in small letters', { medications: [{ atc: 'b01aa03' }] }, '#/medications/0/atc'], ['letters for RxNorm', { medications: [{ rxnorm: 'x' }] }, '#/medications/0/rxnorm'],
  ['a medicine as a text', { medications: ['warfarin'] }, '#/medications/0'], ['a diagnosis without a code', { diagnoses: [{ system: 'icd10cm' }] }, null],
  ['a finding without a state', { findings: [{ id: 'rf_fever' }] }, null], ['a clearance without a day', { clearances: [{ role: 'doctor' }] }, null],
  ['401 findings', { findings: Array(401).fill({ id: 'rf_fever', state: 'absent' }) }, '#/findings'],
])
  test(`${what} is refused where it stands`, async () => {
    const problem = await refuse(intake);
    if (pointer) assert.deepEqual(places(problem), [pointer]);
    else assert.match(problem.errors[0].detail, /missing|required|needs/i);
    assert.ok(problem.errors[0].detail.length > 10);
  });

test('an attribute the finding does not have is refused', async () => {
  const problem = await refuse({ findings: [{ id: 'rf_saddle', state: 'present', value: 3 }] });
  assert.deepEqual(places(problem), ['#/findings/0/value']);
  assert.equal(problem.triage.level, 'emergency');
});

// --- contradictions ---

for (const [what, intake] of [
  ['present and absent', { findings: [{ id: 'rf_fever', state: 'present' }, { id: 'rf_fever', state: 'absent' }] }],
  ['absent and unknown', { findings: [{ id: 'rf_fever', state: 'absent' }, { id: 'rf_fever', state: 'unknown' }] }],
  ['two values', { findings: [{ id: 'pregnancy', state: 'present', value: 20 }, { id: 'pregnancy', state: 'present', value: 21 }] }],
  ['none of a list, and one of it', { none_of: ['fever_infection'], findings: [{ id: 'rf_fever', state: 'present' }] }],
  ['none of a list, and not sure of one', { none_of: ['fever_infection'], findings: [{ id: 'rf_fever', state: 'unknown' }] }],
  ['absent, and a medicine that says otherwise', { medications: [{ text: 'warfarin' }], findings: [{ id: 'anticoagulant', state: 'absent' }] }],
  ['absent, and a diagnosis that says otherwise', { diagnoses: [{ system: 'icd10cm', code: 'E11.9' }], findings: [{ id: 'diabetes', state: 'absent' }] }],
])
  test(`a contradiction is refused, not resolved: ${what}`, async () => {
    const problem = await refuse(intake);
    assert.ok(problem.errors.some(e => e.code === 'contradiction'), JSON.stringify(problem.errors));
  });

test('what agrees is no contradiction', async () => {
  for (const intake of [{ findings: [red, red] }, { none_of: ['fever_infection', 'fever_infection'], findings: [{ id: 'rf_fever', state: 'absent' }] },
    { medications: [{ text: 'warfarin' }], findings: [{ id: 'anticoagulant', state: 'present', weeks_ago: 100 }] }])
    assert.equal((await post(service, PATHS[0], intake)).status, 200, JSON.stringify(intake));
});

test('all mistakes are named at once, of every kind', async () => {
  const problem = await refuse({ age: 'x', sexx: 1, sex: 'malle', pain: { intensity: 11, areas: ['low_bak', 'low_back', 7] }, presentations: ['nope'], none_of: ['fever_infection', 'nonesuch'],
    findings: [{ id: 'rf_sadle', state: 'present' }, { id: 'rf_fever', state: 'present' }, { id: 'rf_weight_loss', state: 'maybe' }],
    medications: [{ text: '' }], diagnoses: [{ system: 'x', code: 'M54' }], preferences: { pressure: 9 }, as_of: '2026-13-01' });
  for (const pointer of ['#/age', '#/sexx', '#/sex', '#/pain/intensity', '#/pain/areas/0', '#/pain/areas/2', '#/presentations/0', '#/none_of/1', '#/findings/0/id',
    '#/findings/2/state', '#/medications/0/text', '#/diagnoses/0/system', '#/preferences/pressure', '#/as_of'])
    assert.ok(places(problem).includes(pointer), `${pointer} in ${places(problem)}`);
  assert.ok(problem.errors.some(e => e.code === 'contradiction'), 'the contradiction too');
  assert.equal(new Set(problem.errors.map(e => e.pointer + e.code)).size, problem.errors.length, 'nothing twice');
});

test('hundreds of mistakes: the first of them, and how many there are', async () => {
  const problem = await refuse(Object.fromEntries([...Array(300).keys()].map(i => [`x${i}`, i])));
  assert.ok(problem.errors.length >= 50);
  assert.match(problem.detail, /300/);
});

// --- a red flag outranks every other error ---

const flag = '"findings":[{"id":"rf_saddle","state":"present"}]';
for (const [what, body, status] of [
  ['an unknown member', `{${flag},"shoe_size":42}`, 422],
  ['a wrong type elsewhere', `{${flag},"age":"forty"}`, 422],
  ['a wrong type before it', `{"pain":[],${flag}}`, 422],
  ['an unknown id beside it', '{"findings":[{"id":"rf_sadle","state":"present"},{"id":"rf_saddle","state":"present"}]}', 422],
  ['another finding that is no object', '{"findings":[7,{"id":"rf_saddle","state":"present"}]}', 422],
  ['an unknown member in the finding itself', '{"findings":[{"id":"rf_saddle","state":"present","since":"monday"}]}', 422],
  ['a wrong type in the finding itself', '{"findings":[{"id":"rf_saddle","state":"present","weeks_ago":"two"}]}', 422],
  ['a contradiction about it', '{"findings":[{"id":"rf_saddle","state":"present"},{"id":"rf_saddle","state":"absent"}]}', 422],
  ['none of its checklist', `{"none_of":["nerves_bladder_bowel"],${flag}}`, 422],
  ['truncated JSON', `{${flag},"age":4`, 400],
  ['JSON cut inside the next finding', '{"findings":[{"id":"rf_saddle","state":"present"},{"id":"rf_fev', 400],
  ['a comma too many before it', `{"age":4,,${flag}}`, 400],
  ['a trailing comma', `{${flag},}`, 400],
  ['duplicate keys', `{${flag},"age":40,"age":41}`, 400],
  ['the key twice, the flag in the first', `{${flag},"findings":[]}`, 400],
  ['the key twice, the flag in the second', `{"findings":[],${flag}}`, 400],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from(`{${flag},"sex":"`), Buffer.from([0xff]), Buffer.from('"}')]), 400],
  ['NUL', `{${flag},"sex":"\\u0000"}`, 400],
  ['too much depth', `{${flag},"a":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
  ['members in another order', '{"findings":[{"state":"present","id":"rf_saddle"}],"x":1}', 422],
])
  test(`a red flag is answered although the request is refused for ${what}`, async () => {
    for (const path of PATHS) {
      const answer = await postText(service, path, body);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.json.triage?.level, 'emergency', `${path}: ${answer.text.slice(0, 300)}`);
      assert.match(answer.json.triage.action, /emergency/i);
      assert.ok(answer.json.triage.reasons.some(r => r.rule === 'C1.rf_saddle'));
    }
  });

for (const [what, request, status] of [
  ['an unknown technique', () => post(service, PATHS[1], { techniques: ['deep_tisue'], findings: [red] }), 422],
  ['a view we do not know', () => call(service, 'POST', '/recommendations?view=tiny', { json: { findings: [red] } }), 422],
  ['a parameter we do not know', () => call(service, 'POST', '/recommendations?colour=blue', { json: { findings: [red] } }), 422],
  ['the wrong Content-Type', () => call(service, 'POST', PATHS[0], { json: { findings: [red] }, headers: { 'content-type': 'text/plain' } }), 415],
  ['no acceptable answer', () => call(service, 'POST', PATHS[0], { json: { findings: [red] }, headers: { accept: 'image/png' } }), 406],
])
  test(`a red flag is answered although the request is refused for ${what}`, async () => {
    const answer = await request();
    assert.equal(answer.status, status);
    assert.equal(answer.json.triage?.level, 'emergency', answer.text.slice(0, 300));
  });

test('urgent and clinician are kept too; a refused request without a flag has no triage', async () => {
  assert.equal((await refuse({ findings: [{ id: 'rf_fever', state: 'present' }], shoe_size: 1 })).triage?.level !== undefined, true);
  assert.equal((await refuse({ ...example('office-worker'), shoe_size: 42 })).triage, undefined);
  assert.equal((await refuse({ shoe_size: 42 })).triage, undefined);
  assert.equal((await refuse({ findings: [{ id: 'rf_saddle', state: 'absent' }], shoe_size: 42 })).triage, undefined);
  assert.equal((await unreadable(Buffer.from('{"findings":[{"id":"rf_saddle","state":"absent"}'))).triage, undefined);
});

test('after all of this the service goes on', async () => {
  assert.equal((await post(service, PATHS[0], example('office-worker'))).status, 200);
  assert.equal((await get(service, '/readyz')).status, 200);
});
