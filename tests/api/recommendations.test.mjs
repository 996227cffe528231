// POST /recommendations and /contraindication-checks: what a person is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, post, postText } from './lib/http.mjs';
import { example, red, verdicts } from './lib/people.mjs';
import { sharedService } from './lib/service.mjs';

const service = sharedService();
const recommend = async (intake, query = '') => {
  const answer = await post(service, `/recommendations${query}`, intake);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const check = async intake => {
  const answer = await post(service, '/contraindication-checks', intake);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const AS_OF = '2026-11-22';

test('cauda equina: an emergency, with no technique, what to do, why, and what to stop for', async () => {
  const answer = await recommend(example('cauda-equina'));
  assert.equal(answer.triage.level, 'emergency');
  assert.deepEqual(answer.recommendations, []);
  assert.deepEqual(answer.not_preferred, []);
  assert.ok(answer.excluded.length >= 20 && answer.excluded.every(e => e.verdict === 'contraindicated'));
  assert.equal(answer.should_stop, true);
  assert.match(answer.triage.action, /emergency/i);
  assert.match(answer.triage.root_cause.rule, /^C[12]\./);
  assert.equal(answer.triage.root_cause.effect, 'emergency');
  assert.ok(answer.triage.root_cause.because.some(b => ['rf_saddle', 'rf_bladder_start'].includes(b.finding) && b.state === 'present' && b.source === 'stated'));
  assert.ok(answer.triage.reasons.length > 0);
});

test('what is made for one presentation is offered to nobody of whom none is known', async () => {
  const { presentations: _, ...person } = example('office-worker');
  const answer = await recommend({ ...person, sex: 'male', pain: { intensity: 4, duration_weeks: 20 } });
  assert.ok(answer.recommendations.length > 5);
  assert.ok(answer.not_preferred.some(t => t.technique === 'prenatal'));
});

test('each red flag alone gives its level, and urgent and emergency withhold every technique', async () => {
  const flags = (await get(service, '/red-flags')).json.items;
  let tried = 0;
  for (const flag of flags.filter(f => /^[a-z_0-9]+$/.test(f.condition))) {
    const { status, json } = await post(service, '/recommendations', { ...example('office-worker'), none_of: [], findings: [{ id: flag.condition, state: 'present' }] });
    if (status !== 200) continue; // a derived fact, not a finding
    tried++;
    const levels = ['self_care', 'clinician', 'urgent', 'emergency'];
    assert.ok(levels.indexOf(json.triage.level) >= levels.indexOf(flag.effect), `${flag.id}: ${json.triage.level}`);
    if (json.triage.level === 'urgent' || json.triage.level === 'emergency') assert.deepEqual(json.recommendations, [], flag.id);
  }
  assert.ok(tried > 15, `${tried} tried`);
});

test('warfarin: no deep tissue, pressure 2 at most, and it says why', async () => {
  const answer = await recommend(example('warfarin'));
  const deep = answer.excluded.find(e => e.technique === 'deep_tissue');
  assert.equal(deep.verdict, 'contraindicated');
  assert.match(deep.reasons.map(r => `${r.rule} ${r.text}`).join(), /anticoagulant|blood.thinn/i);
  assert.ok(answer.recommendations.length > 0, 'something is left');
  for (const r of answer.recommendations) assert.ok(r.pressure.max <= 2 && r.pressure.start <= 2, r.technique);
  const why = answer.recommendations.flatMap(r => r.reasons.against);
  assert.ok(why.some(r => /anticoagulant/.test(r.rule) && r.text.length > 20));
  assert.ok(answer.fired.some(f => /anticoagulant/.test(f.rule) && f.sources.length && f.clinical_text && f.confidence));
});

test('warfarin by its name alone: still no deep tissue, and what is missing is asked', async () => {
  for (const medication of [{ text: 'warfarin' }, { text: 'WARFARIN' }, { text: 'Coumadin' }, { text: 'warfarine' }, { rxnorm: '11289' }, { atc: 'B01AA03' }]) {
    const answer = await recommend({ medications: [medication] });
    assert.ok(!answer.recommendations.some(r => r.technique === 'deep_tissue'), JSON.stringify(medication));
    assert.equal(verdicts(answer).deep_tissue, 'contraindicated', JSON.stringify(medication));
    const [recognised] = answer.recognised.medications;
    assert.ok(recognised.implies.includes('anticoagulant'), JSON.stringify(recognised));
    assert.equal(answer.status, 'needs_answers');
  }
  const [fixed] = (await recommend({ medications: [{ text: 'warfarine' }] })).recognised.medications;
  assert.equal(fixed.status, 'corrected');
  assert.match(fixed.name, /warfarin/i);
});

test('a medicine nobody knows is reported, and does not pass in silence', async () => {
  const intake = example('office-worker');
  const answer = await recommend({ ...intake, medications: [{ text: 'bluepillfrommycousin' }] });
  assert.equal(answer.recognised.medications[0].status, 'unrecognised');
  assert.notDeepEqual(verdicts(answer), verdicts(await recommend(intake)));
});

test('diagnoses by code: longer ICD-10-CM codes match their beginnings, what is not mapped is reported', async () => {
  const answer = await recommend(example('coded'));
  const diabetes = answer.recognised.diagnoses.find(d => JSON.stringify(d.given).includes('E11.42'));
  assert.ok(diabetes.status === 'mapped' && diabetes.implies.includes('diabetes'), JSON.stringify(answer.recognised));
  const unmapped = (await recommend({ diagnoses: [{ system: 'icd10cm', code: 'Z99.999' }] })).recognised.diagnoses[0];
  assert.equal(unmapped.status, 'unmapped');
});

test('{} gives questions, the most decisive first, and nothing is recommended before they are answered', async () => {
  const answer = await recommend({});
  assert.equal(answer.status, 'needs_answers');
  assert.equal(answer.should_stop, false);
  assert.ok(answer.questions.length >= 10 && answer.questions.length <= 25);
  assert.ok(answer.questions_remaining > 0);
  assert.equal(answer.questions[0].could_change.triage, 'emergency');
  const rank = { emergency: 3, urgent: 2, clinician: 1 };
  const levels = answer.questions.map(q => rank[q.could_change.triage] ?? 0);
  assert.deepEqual(levels, [...levels].sort((a, b) => b - a));
  for (const q of answer.questions) assert.ok(q.question.endsWith('?') && q.why.length > 5, q.finding);
  assert.ok(answer.basics_missing.includes('age') && answer.basics_missing.includes('sex'));
  assert.equal(answer.triage.level, 'self_care');
  assert.ok(answer.excluded.every(e => e.verdict === 'undetermined' && e.waiting_for.length > 0));
  assert.ok(answer.care.length > 0, 'good advice is there all the same');
  assert.ok(answer.safety_net.text.length > 20);
});

test('an ordinary office worker: self care, at least three suitable, and no timid pressure', async () => {
  const answer = await recommend(example('office-worker'));
  assert.equal(answer.triage.level, 'self_care');
  assert.equal(answer.triage.root_cause, null);
  assert.equal(answer.status, 'complete');
  assert.equal(answer.should_stop, true);
  assert.ok(answer.recommendations.filter(r => r.verdict === 'suitable').length >= 3);
  assert.ok(answer.recommendations[0].pressure.start >= 3);
  assert.ok(answer.recommendations.filter(r => r.pressure.start >= 3).length >= 3);
});

test('a recommendation has everything a person needs, and the parts of the score add up', async () => {
  for (const name of ['office-worker', 'runner', 'sciatica', 'warfarin', 'pregnant']) {
    const answer = await recommend(example(name));
    answer.recommendations.forEach((r, i) => {
      assert.equal(r.rank, i + 1);
      assert.equal(Object.values(r.score_parts).reduce((a, b) => a + b, 0), r.score, r.technique);
      assert.ok(['suitable', 'caution'].includes(r.verdict));
      assert.ok(r.pressure.start >= 1 && r.pressure.start <= r.pressure.max, r.technique);
      assert.ok(r.positions.length > 0 && r.minutes.min <= r.minutes.max && r.per_week.min <= r.per_week.max);
      assert.ok(r.evidence.text.length > 20 && r.side_effects.length > 0 && r.reasons.for.length > 0, r.technique);
      if (r.verdict === 'caution') assert.ok(r.reasons.against.length > 0, `${name} ${r.technique}: caution has a reason`);
      if (i) assert.ok(r.score < answer.recommendations[i - 1].score || (r.score === answer.recommendations[i - 1].score && r.technique > answer.recommendations[i - 1].technique), 'best first, ties by id');
    });
  }
});

test('every technique has exactly one place, and what is excluded says why or what it waits for', async () => {
  const all = (await get(service, '/techniques')).json.items.map(t => t.id).sort();
  for (const name of ['office-worker', 'cauda-equina', 'warfarin', 'warfarin-short', 'pregnant', 'not-sure', 'sciatica', 'empty', 'coded', 'cleared-by-doctor']) {
    const answer = await recommend(example(name));
    const placed = [...answer.recommendations, ...answer.not_preferred, ...answer.excluded].map(t => t.technique);
    assert.deepEqual(placed.sort(), all, name);
    for (const e of answer.excluded)
      assert.ok(e.reasons.length > 0 || e.waiting_for?.length > 0, `${name}: ${e.technique}`);
  }
});

test('every rule an answer names has a page with its sources', async () => {
  const seen = new Set();
  for (const name of ['cauda-equina', 'warfarin', 'pregnant', 'not-sure', 'sciatica'])
    for (const { rule } of (await recommend(example(name))).fired) seen.add(rule);
  assert.ok(seen.size > 10);
  for (const rule of seen) {
    const { status, json } = await get(service, `/contraindications/${rule}`);
    assert.equal(status, 200, rule);
    assert.ok(json.sources.length + json.basis.length > 0, rule);
  }
});

test('guidance says what was dropped, and why', async () => {
  const answer = await recommend(example('pregnant'));
  const tips = [...answer.guidance.preparation, ...answer.guidance.session, ...answer.guidance.aftercare];
  assert.ok(tips.every(t => t.id && (t.shown || (t.because.length > 0 && t.dropped))));
  assert.ok(tips.some(t => t.shown));
  const any = [];
  for (const name of ['pregnant', 'warfarin', 'coded', 'cleared-by-doctor', 'runner']) {
    const { guidance } = await recommend(example(name));
    any.push(...[...guidance.preparation, ...guidance.session, ...guidance.aftercare].filter(t => !t.shown));
  }
  assert.ok(any.length > 0, 'some tip is dropped for somebody');
});

test('28 weeks pregnant: not on the belly, and a therapist trained for it', async () => {
  const answer = await recommend(example('pregnant'));
  for (const r of answer.recommendations) assert.ok(!r.positions.includes('prone'), r.technique);
  assert.ok(answer.therapist.needs.some(n => /prenatal|pregnan/.test(`${n.id} ${n.text}`)));
  assert.ok(answer.therapist.questions.length > 0 && answer.therapist.warning_signs.length > 0);
});

test('"not sure" is taken as the careful answer, never as "no"', async () => {
  const base = { ...example('office-worker') };
  const without = id => base.none_of.filter(c => c !== id);
  const unsure = await recommend({ ...base, none_of: without('nerves_bladder_bowel'), findings: [{ id: 'rf_saddle', state: 'unknown' }] });
  assert.equal(unsure.triage.level, 'clinician');
  assert.ok(unsure.questions.some(q => q.finding === 'rf_saddle' && q.kind === 'again'));
  assert.ok(!unsure.recommendations.some(r => r.verdict === 'suitable'));
});

test('a clearance lifts what waits for a clinician, until it expires, and no further than it says', async () => {
  const none = example('office-worker').none_of.filter(c => c !== 'health_body' && c !== 'circulation_details');
  const details = (await get(service, '/findings?checklist=circulation_details')).json.items.map(f => f.id);
  const gates = (await get(service, '/findings?checklist=health_body')).json.items.map(f => f.id);
  const intake = { ...example('office-worker'), none_of: none, findings: [
    ...gates.map(id => ({ id, state: id === 'gate_circulation' ? 'present' : 'absent' })),
    ...details.map(id => ({ id, state: id === 'heart_failure' ? 'present' : 'absent' }))] };
  const waiting = await recommend(intake);
  assert.deepEqual(waiting.recommendations, []);
  assert.ok(waiting.excluded.some(e => e.verdict === 'needs_clearance' && e.reasons.some(r => r.rule.includes('heart_failure'))));
  const cleared = { role: 'doctor', recorded: '2026-11-01', findings: ['heart_failure'] };
  const lifted = await recommend({ ...intake, clearances: [cleared] });
  assert.ok(lifted.recommendations.length > 3, lifted.excluded.map(e => `${e.technique} ${e.verdict} ${e.reasons.map(r => r.rule)}`).join('\n'));
  assert.ok(lifted.fired.some(f => f.lifted));
  const one = await recommend({ ...intake, clearances: [{ ...cleared, techniques: ['gentle_effleurage'] }] });
  assert.deepEqual(one.recommendations.map(r => r.technique), ['gentle_effleurage']);
  for (const late of [{ ...cleared, expires: '2026-11-10' }, { ...cleared, recorded: '2026-01-01' }, { ...cleared, recorded: '2026-12-01' }, { ...cleared, findings: ['gate_circulation'] }])
    assert.deepEqual(verdicts(await recommend({ ...intake, clearances: [late] })), verdicts(waiting), JSON.stringify(late));
  assert.ok((await recommend({ ...intake, clearances: [{ ...cleared, expires: '2026-11-22' }] })).recommendations.length > 3, 'the last day counts');
});

test('a clearance never lifts an emergency that nobody spoke of', async () => {
  const answer = await recommend({ ...example('cauda-equina'), clearances: [{ role: 'doctor', recorded: '2026-11-20' }] });
  assert.equal(answer.triage.level, 'emergency');
  assert.deepEqual(answer.recommendations, []);
});

test('counterfactuals say what another answer would change, and are right', async () => {
  const answer = await recommend(example('warfarin'));
  const useful = answer.counterfactuals.filter(c => Object.keys(c.verdicts).length > 0);
  assert.ok(useful.length > 0);
  const now = verdicts(answer);
  for (const c of useful) for (const [technique, verdict] of Object.entries(c.verdicts)) assert.notEqual(verdict, now[technique], `${c.finding} ${technique}`);
});

test('brief is the short view of the same answer', async () => {
  for (const name of ['office-worker', 'warfarin', 'cauda-equina', 'empty', 'pregnant']) {
    const [full, brief] = [await recommend(example(name)), await recommend(example(name), '?view=brief')];
    assert.equal(brief.view, 'brief');
    assert.equal(full.view, 'full');
    assert.equal(brief.triage.level, full.triage.level);
    assert.deepEqual(brief.triage.reasons.map(r => r.rule), full.triage.reasons.map(r => r.rule));
    assert.deepEqual(brief.recommendations.map(r => [r.technique, r.verdict, r.pressure, r.positions, r.minutes, r.areas_to_avoid]),
      full.recommendations.slice(0, 5).map(r => [r.technique, r.verdict, r.pressure, r.positions, r.minutes, r.areas_to_avoid]));
    assert.deepEqual(brief.questions, full.questions.slice(0, 5));
    assert.deepEqual(brief.excluded.map(e => [e.technique, e.verdict]), full.excluded.map(e => [e.technique, e.verdict]));
    assert.deepEqual(brief.safety_net, full.safety_net);
    assert.notEqual(brief.decision_id, full.decision_id, 'another representation, another id');
    for (const e of brief.excluded) assert.ok(e.reasons.length <= 1, `${name} ${e.technique}: the main reason is enough for a small screen`);
    const [long, short] = [JSON.stringify(full).length, JSON.stringify(brief).length];
    assert.ok(short < long / 2, `${name}: ${short} of ${long} bytes`);
  }
  assert.equal((await recommend(example('empty'), '?view=full')).view, 'full');
});

// --- sameness ---

const shuffled = value => {
  if (Array.isArray(value)) return value.map(shuffled).reverse();
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).reverse().map(([k, v]) => [k, shuffled(v)]));
  return value;
};

test('the same intake gives the same bytes', async () => {
  for (const name of ['office-worker', 'warfarin', 'coded', 'cleared-by-doctor', 'pregnant']) {
    const [one, two] = [await post(service, '/recommendations', example(name)), await post(service, '/recommendations', example(name))];
    assert.ok(one.body.equals(two.body), name);
    assert.match(one.json.decision_id, /^d_[0-9a-f]{32}$/);
  }
});

test('the order of members and findings, white space, escapes and duplicates that agree change no byte', async () => {
  for (const name of ['office-worker', 'warfarin', 'cauda-equina', 'pregnant', 'not-sure', 'cleared-by-doctor', 'sciatica', 'runner']) {
    const intake = example(name);
    const expected = (await post(service, '/recommendations', intake)).text;
    const { medications, diagnoses, ...rest } = intake;
    // Medicines and codes are echoed in the order given; everything else is a set.
    const other = { ...shuffled(rest), ...(medications && { medications }), ...(diagnoses && { diagnoses }) };
    if (other.findings) other.findings = [...other.findings, other.findings[0]];
    if (other.none_of) other.none_of = [other.none_of[0], ...other.none_of];
    const escaped = JSON.stringify(other, null, 3).replaceAll('"age"', '"\\u0061ge"').replaceAll('"low_back"', '"low\\u005fback"');
    assert.equal((await postText(service, '/recommendations', escaped)).text, expected, name);
  }
});

test('numbers written otherwise are the same numbers', async () => {
  const text = (n, w) => `{"age":${n},"pain":{"intensity":4,"duration_weeks":${w}},"as_of":"${AS_OF}"}`;
  const expected = (await postText(service, '/recommendations', text('38', '20'))).text;
  for (const [n, w] of [['38', '20.0'], ['38', '2e1'], ['38', '200e-1'], ['38.0', '20']]) {
    const answer = await postText(service, '/recommendations', text(n, w));
    assert.equal(answer.status, 200, `${n} ${w}: ${answer.text}`);
    assert.equal(answer.text, expected, `${n} ${w}`);
  }
});

test('decision_id changes with the day, the intake and the view; as_of is today when it is missing', async () => {
  const base = { age: 40, as_of: AS_OF };
  const seen = new Set();
  for (const [intake, query] of [[base, ''], [{ ...base, as_of: '2026-11-23' }, ''], [{ ...base, age: 41 }, ''], [base, '?view=brief'], [{ ...base, sex: 'male' }, ''],
    [{ ...base, findings: [{ id: 'rf_fever', state: 'absent' }] }, ''], [{ ...base, findings: [{ id: 'rf_fever', state: 'unknown' }] }, '']])
    seen.add((await recommend(intake, query)).decision_id);
  assert.equal(seen.size, 7);
  const today = new Date().toISOString().slice(0, 10);
  const answer = await recommend({});
  assert.ok([today, new Date(Date.now() - 60_000).toISOString().slice(0, 10)].includes(answer.as_of), `${answer.as_of}, UTC ${today}`);
  assert.equal((await recommend(base)).as_of, AS_OF);
});

test('every answer names the knowledge it comes from', async () => {
  const { json } = await get(service, '/knowledge');
  for (const answer of [await recommend({}), await recommend({}, '?view=brief'), await check({})]) {
    assert.equal(answer.knowledge.sha256, json.sha256);
    assert.equal(answer.knowledge.version, json.version);
    assert.ok(answer.disclaimer.length > 20);
  }
});

test('wishes sort and rank, and never change triage or a verdict', async () => {
  const techniques = (await get(service, '/techniques')).json.items.map(t => t.id);
  const wishes = [{ pressure: 5 }, { pressure: 1 }, { techniques: ['deep_tissue', 'mld'] }, { avoid_techniques: techniques }, { avoid_techniques: ['swedish'] },
    { positions: ['seated'] }, { therapist_gender: 'female' }, { clothed: true }, { clothed: false }, { pressure: 5, techniques: ['thai'], positions: ['prone'], therapist_gender: 'any' }];
  for (const name of ['office-worker', 'warfarin', 'cauda-equina', 'pregnant', 'not-sure', 'empty', 'sciatica']) {
    const { preferences, ...intake } = example(name);
    const plain = await recommend(intake);
    for (const wish of wishes) {
      const answer = await recommend({ ...intake, preferences: wish });
      assert.equal(answer.triage.level, plain.triage.level, `${name} ${JSON.stringify(wish)}`);
      assert.deepEqual(verdicts(answer), verdicts(plain), `${name} ${JSON.stringify(wish)}`);
    }
  }
});

test('a technique the person avoids is not recommended, and says so', async () => {
  const answer = await recommend({ ...example('office-worker'), preferences: { avoid_techniques: ['swedish'] } });
  assert.ok(!answer.recommendations.some(r => r.technique === 'swedish'));
  assert.equal(answer.not_preferred.find(n => n.technique === 'swedish').why, 'avoided_by_preference');
});

test('a wish for firm pressure is followed only as far as it is safe', async () => {
  const answer = await recommend({ ...example('warfarin'), preferences: { pressure: 5 } });
  for (const r of answer.recommendations) assert.ok(r.pressure.start <= 2 && r.pressure.max <= 2);
  const firm = await recommend({ ...example('office-worker'), preferences: { pressure: 4 } });
  assert.ok(firm.recommendations[0].pressure.start >= 3);
});

// --- checks ---

test('/contraindication-checks agrees with /recommendations on every verdict', async () => {
  for (const name of ['office-worker', 'warfarin', 'cauda-equina', 'pregnant', 'not-sure', 'empty', 'sciatica', 'coded', 'cleared-by-doctor']) {
    const [checked, answer] = [await check(example(name)), await recommend(example(name))];
    assert.deepEqual(Object.fromEntries(checked.checks.map(c => [c.technique, c.verdict])), verdicts(answer), name);
    assert.equal(checked.triage.level, answer.triage.level);
    assert.equal(checked.status, answer.status);
    for (const r of answer.recommendations) {
      const c = checked.checks.find(x => x.technique === r.technique);
      assert.equal(c.pressure_max, r.pressure.max, `${name} ${r.technique}`);
      assert.deepEqual(c.areas_to_avoid, r.areas_to_avoid);
      assert.deepEqual(c.positions.sort(), r.positions.sort());
    }
  }
});

test('/contraindication-checks answers for the techniques asked, in the order of the catalogue, with reasons and what would change it', async () => {
  const { checks } = await check({ ...example('warfarin'), techniques: ['mld', 'deep_tissue', 'swedish'] });
  assert.deepEqual(checks.map(c => c.technique), ['swedish', 'deep_tissue', 'mld']);
  const deep = checks[1];
  assert.equal(deep.verdict, 'contraindicated');
  assert.ok(deep.reasons.length > 0);
  const open = (await check({ techniques: ['swedish'] })).checks[0];
  assert.equal(open.verdict, 'undetermined');
  assert.ok(open.waiting_for.length > 0);
  const thin = (await check({ ...example('check-deep-tissue') })).checks;
  assert.deepEqual(thin.map(c => c.technique), ['deep_tissue', 'gentle_effleurage']);
  const some = (await check(example('warfarin'))).checks;
  assert.ok(some.some(c => c.what_would_change.length > 0));
  assert.ok(some.some(c => c.modifications.length > 0));
});

test('an empty list of techniques is refused, and still gives the triage', async () => {
  const { status, json } = await post(service, '/contraindication-checks', { techniques: [], findings: [red] });
  assert.equal(status, 422);
  assert.equal(json.errors[0].pointer, '#/techniques');
  assert.equal(json.triage.level, 'emergency');
});
