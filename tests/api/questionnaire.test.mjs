// The questionnaire: a form a client can draw, and a short way through it for a healthy person.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, post } from './lib/http.mjs';
import { startService } from './lib/service.mjs';

const service = await startService();
after(() => service.stop());
const { json: form } = await get(service, '/questionnaire');
const findings = new Map((await get(service, '/findings')).json.items.map(f => [f.id, f]));

const MOST_TAPS = 15;
const core = form.checklists.filter(c => c.kind === 'core');

test('the basics say where each answer goes, its type, its range and its choices', () => {
  assert.deepEqual(form.basics.slice(0, 5).map(b => b.id), ['age', 'sex', 'pain.intensity', 'pain.duration_weeks', 'pain.areas']);
  for (const basic of form.basics) {
    assert.ok(basic.question.length > 5, basic.id);
    if (basic.type === 'number') assert.ok(basic.min < basic.max && basic.unit, basic.id);
    if (basic.type.startsWith('choice')) assert.ok(basic.choices.length > 1 && basic.choices.every(c => c.label), basic.id);
  }
});

test('what the form offers is what an intake takes', async () => {
  const basic = id => form.basics.find(b => b.id === id);
  const all = id => basic(id).choices.map(c => c.id);
  for (const sex of all('sex')) assert.equal((await post(service, '/recommendations', { sex })).status, 200, sex);
  assert.equal((await post(service, '/recommendations', { pain: { areas: all('pain.areas') }, presentations: all('presentations') })).status, 200);
  for (const [id, key] of [['pain.intensity', 'intensity'], ['pain.duration_weeks', 'duration_weeks']])
    for (const value of [basic(id).min, basic(id).max]) assert.equal((await post(service, '/recommendations', { pain: { [key]: value } })).status, 200, id);
  for (const age of [basic('age').min, basic('age').max]) assert.equal((await post(service, '/recommendations', { age })).status, 200);
  for (const c of form.checklists) {
    assert.equal((await post(service, '/recommendations', { none_of: [c.id] })).status, 200, c.id);
    for (const item of c.items)
      for (const choice of item.attributes.find(a => a.name === 'detail')?.choices ?? [])
        assert.equal((await post(service, '/recommendations', { findings: [{ id: item.finding, state: 'present', detail: choice.id }] })).status, 200, `${item.finding} ${choice.id}`);
  }
});

test('checklists stand in order, each with "none of these"; every finding that is asked stands on one', () => {
  assert.deepEqual(form.checklists.map(c => c.order), form.checklists.map(c => c.order).sort((a, b) => a - b));
  const seen = new Set();
  for (const c of form.checklists) {
    assert.ok(c.none_of_label.length > 3 && c.title.length > 3 && c.items.length > 0, c.id);
    for (const item of c.items) {
      assert.ok(!seen.has(item.finding), `${item.finding} stands twice`);
      seen.add(item.finding);
      assert.equal(findings.get(item.finding)?.checklist, c.id, item.finding);
      assert.ok(item.question.length > 5);
      if (c.kind === 'conditional') assert.ok(item.asked_when || c.asked_when, `${item.finding} says when it is asked`);
    }
    if (c.kind === 'core') assert.ok(c.items.some(i => !i.asked_when), `${c.id} has a line for everybody`);
  }
  for (const f of findings.values())
    if ((f.asked === 'core' || f.asked === 'conditional') && f.kind !== 'measurement') assert.ok(seen.has(f.id), f.id);
  assert.ok(core.length <= MOST_TAPS);
});

test('the core checklists come first and ask what is most urgent first', () => {
  const kinds = form.checklists.map(c => c.kind);
  assert.deepEqual(kinds, [...kinds].sort((a, b) => (a === 'core' ? 0 : 1) - (b === 'core' ? 0 : 1)));
  assert.ok(form.checklists[0].items.some(i => i.finding === 'rf_saddle'));
});

test('the form names the release it belongs to', async () => {
  const { json } = await get(service, '/knowledge');
  assert.equal(form.sha256, json.sha256);
  assert.equal(form.version, json.version);
});

/**
 * A healthy person at a screen. Types the basics; taps "none of these" on each core checklist, then does what
 * `questions` says: a tap for a checklist it opens when several questions of it are asked, a tap for each other question.
 */
async function goThrough(basics, { grouped }) {
  const intake = { ...basics, none_of: core.map(c => c.id), findings: [] };
  let taps = core.length;
  const asked = [];
  for (;;) {
    const { status, text, json } = await post(service, '/recommendations', intake);
    assert.equal(status, 200, text);
    assert.deepEqual(json.basics_missing, [], 'the basics are complete');
    if (json.status === 'complete') return { answer: json, taps, asked };
    assert.ok(taps <= 40, `no end to the questions: ${asked.join(', ')}`);
    const [question] = json.questions;
    assert.ok(question, 'it needs answers, so it asks');
    const together = json.questions.filter(q => q.kind === 'finding' && q.checklist === question.checklist);
    asked.push(question.finding);
    taps++;
    // `lifts` asks for what makes it safe (a parent's yes to a sixteen-year-old): healthy people have it.
    if (question.kind === 'lifts') intake.findings = [...intake.findings, { id: question.finding, state: 'present' }];
    else if (grouped && together.length > 1 && !intake.none_of.includes(question.checklist)) intake.none_of = [...intake.none_of, question.checklist];
    else intake.findings = [...intake.findings, { id: question.finding, state: 'absent' }];
  }
}

// At 70 a new pain between the shoulders is for a doctor first (C2.U6), so nobody here has one.
const pains = [
  ['an aching low back for five months', { intensity: 4, duration_weeks: 20, areas: ['low_back'] }],
  ['a low back that began to hurt last week', { intensity: 5, duration_weeks: 1, areas: ['low_back', 'gluteal'] }],
];
for (const sex of ['female', 'male'])
  for (const age of [16, 25, 45, 70])
    for (const [words, pain] of pains)
      test(`${sex}, ${age} years, ${words}: through in at most ${MOST_TAPS} taps, then self care and a real choice`, async () => {
        const { answer, taps, asked } = await goThrough({ age, sex, pain, presentations: [], medications: [] }, { grouped: true });
        assert.ok(taps <= MOST_TAPS, `${taps} taps; asked after the checklists: ${asked.join(', ')}`);
        assert.equal(answer.status, 'complete');
        assert.equal(answer.should_stop, true);
        assert.equal(answer.triage.level, 'self_care', answer.triage.root_cause?.rule);
        const suitable = answer.recommendations.filter(r => r.verdict === 'suitable');
        assert.ok(suitable.length >= 3, `suitable: ${suitable.map(r => r.technique).join(', ')}; the others: ${
          answer.fired.filter(f => f.effect !== 'NONE').map(f => f.rule).join(', ')}`);
      });

test('a client that takes one question at a time comes to the same answer', async () => {
  for (const [sex, age] of [['female', 25], ['male', 45]]) {
    const basics = { age, sex, pain: pains[0][1], presentations: [], medications: [] };
    const [one, other] = [await goThrough(basics, { grouped: false }), await goThrough(basics, { grouped: true })];
    const short = a => a.recommendations.map(r => [r.technique, r.verdict, r.pressure]);
    assert.deepEqual(short(one.answer), short(other.answer));
  }
});

test('a yes opens details, and answering them closes the questions', async () => {
  const basics = { age: 45, sex: 'male', pain: pains[0][1], presentations: [], medications: [] };
  const opened = core.find(c => c.items.some(i => i.finding === 'gate_circulation'));
  const intake = { ...basics, none_of: core.filter(c => c !== opened).map(c => c.id),
    findings: opened.items.map(i => ({ id: i.finding, state: i.finding === 'gate_circulation' ? 'present' : 'absent' })) };
  const first = (await post(service, '/recommendations', intake)).json;
  assert.equal(first.status, 'needs_answers');
  assert.ok(first.questions.some(q => q.checklist === 'circulation_details'));
  const { json } = await post(service, '/recommendations', { ...intake, none_of: [...intake.none_of, 'circulation_details', 'skin_details', 'organ_details', 'device_details', 'pain_story'] });
  assert.ok(json.questions.length < first.questions.length);
});
