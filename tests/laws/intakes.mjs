// Makes intakes: random ones from a seed, and every pair of findings for a few people.
// Medicines and diagnosis codes are left out (the reference evaluator does not read them).
import { fillAbsent, AS_OF } from './casefile.mjs';
import { areaIds, checklists, derived, findings, isDerived, isMeasured, presentations, rules, techniqueIds } from './knowledge.mjs';
import { leaves } from './condition.mjs';

/** mulberry32: small, seeded, the same on every machine. */
export class Random {
  constructor(seed) { this.state = seed >>> 0; }
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  chance(p) { return this.next() < p; }
  int(low, high) { return low + Math.floor(this.next() * (high - low + 1)); }
  pick(list) { return list[Math.floor(this.next() * list.length)]; }
  some(list, n) { return this.shuffle(list).slice(0, n); }
  shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}

/** What people can be asked: everything that is not computed. */
export const askable = [...findings.values()].filter(f => !isDerived(f.id));
const conditional = askable.filter(f => f.asked_when);
const calm = askable.filter(f => f.kind !== 'red_flag'); // most people have no alarm sign: else everything is an emergency

/** The numbers the knowledge compares an attribute with: the interesting values lie around them. */
const limits = new Map();
const trees = [...rules.map(r => r.tree), ...[...derived.values()].map(d => d.tree), ...[...presentations.values()].map(p => p.tree), ...askable.map(f => f.when)];
for (const tree of trees.filter(Boolean)) {
  for (const leaf of leaves(tree)) {
    if (leaf.number === null || leaf.number === undefined) continue;
    const key = leaf.op === 'person' ? leaf.name : `${leaf.id}.${leaf.attribute}`;
    limits.set(key, (limits.get(key) ?? new Set()).add(leaf.number));
  }
}

/** A number at, just below, just above or far from a limit; two decimals. */
function number(random, key, low, high, step) {
  const near = [...(limits.get(key) ?? [])];
  let n = near.length && random.chance(0.8) ? random.pick(near) / 1000 + random.pick([-step, 0, step]) : low + random.next() * (Math.min(high, 300) - low);
  n = Math.min(high, Math.max(low, n));
  return step === 1 ? Math.round(n) : Math.round(n * 100) / 100;
}

const places = random => random.some(areaIds, random.pick([1, 1, 1, 2, 2, 3]));

/** A finding as present, each attribute given with probability `given`. */
export function presentFinding(random, about, given = 0.8) {
  const out = { id: about.id, state: 'present' };
  for (const attribute of about.attributes) {
    if (!random.chance(given)) continue;
    if (attribute === 'areas') out.areas = places(random);
    else if (attribute === 'detail') out.detail = random.pick(about.choices).id;
    else out[attribute] = number(random, `${about.id}.${attribute}`, about[attribute].min, about[attribute].max, 0.01);
  }
  return out;
}

function person(random) {
  const out = { as_of: AS_OF, presentations: [], findings: [] };
  if (random.chance(0.95)) out.age = random.chance(0.5) ? number(random, 'age', 0, 110, 1) : random.int(16, 90);
  if (random.chance(0.95)) out.sex = random.pick(['female', 'female', 'male', 'male', 'other']);
  if (random.chance(0.95)) {
    out.pain = {};
    if (random.chance(0.95)) out.pain.intensity = random.int(0, 10);
    if (random.chance(0.95)) out.pain.duration_weeks = random.chance(0.6) ? number(random, 'pain.duration_weeks', 0, 5200, 0.01) : random.int(0, 60);
    if (random.chance(0.95)) out.pain.areas = random.chance(0.5) ? ['low_back'] : places(random);
  }
  if (random.chance(0.1)) delete out.presentations;
  else if (random.chance(0.3)) out.presentations = random.some([...presentations.keys()], random.int(1, 2));
  return out;
}

/** Present findings: mostly single facts, now and then with the question that opens them, and their neighbours. */
function presentOnes(random) {
  const chosen = new Set();
  const wanted = random.pick([0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12]);
  while (chosen.size < wanted) {
    if (random.chance(0.5) || chosen.size === 0) chosen.add(random.pick(random.chance(0.8) ? calm : askable));
    else { // a finding that some rule reads together with one already chosen
      const companion = random.pick([...chosen]);
      const rule = random.pick(rules.filter(r => r.reads.has(companion.id)).concat(rules.slice(0, 1)));
      const near = [...rule.reads].map(id => findings.get(id)).filter(f => f && !isDerived(f.id));
      chosen.add(random.pick(near.length ? near : askable));
    }
  }
  return [...chosen].map(about => presentFinding(random, about));
}

function clearance(random, intake) {
  const weeks = random.int(0, 20);
  const date = daysAgo => new Date(Date.parse(`${AS_OF}T00:00:00Z`) - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const out = { role: 'doctor', recorded: date(weeks * 7 + random.int(1, 5)) }; // never just on the day it expires
  const here = intake.findings.filter(f => f.state === 'present').map(f => f.id);
  if (here.length && random.chance(0.6)) {
    out.findings = [random.pick(here)];
    const own = intake.findings.find(f => f.id === out.findings[0]);
    if (own.weeks_ago === undefined && random.chance(0.5)) out.began = date(random.int(0, 200));
  } else if (random.chance(0.4)) {
    out.rules = [random.pick(rules).id];
    if (here.length) { // a rule that has something to do with this person
      const near = rules.filter(r => r.reads.has(here[0]));
      if (near.length) out.rules = [random.pick(near).id];
    }
    out.began = date(random.int(0, 200));
  }
  if (random.chance(0.2)) out.techniques = random.some(techniqueIds, random.int(1, 6));
  if (random.chance(0.3)) out.expires = date(random.pick([-200, -30, -1, 1, 30]));
  if (out.expires < out.recorded) delete out.expires; // would be refused
  return out;
}

/** One random intake. `answered` decides whether the rest is answered "absent": true, false, or left to chance. */
export function randomIntake(random, answered = random.chance(0.6)) {
  const intake = person(random);
  intake.findings = presentOnes(random);
  const used = new Set(intake.findings.map(f => f.id));
  const say = (id, state) => { if (!used.has(id)) { used.add(id); intake.findings.push({ id, state }); } };
  const notSure = random.pick([0, 0, 0, 0, 1, 1, 2, 4]);
  for (let i = 0; i < notSure; i++) say(random.pick(askable).id, 'unknown');
  const absent = random.int(0, 20);
  for (let i = 0; i < absent; i++) say(random.pick(random.chance(0.5) ? askable : conditional).id, 'absent');
  const noneOf = [...checklists].filter(([, ids]) => ids.every(id => !used.has(id)) && random.chance(0.5)).map(([id]) => id);
  if (noneOf.length) intake.none_of = noneOf;
  const skipped = new Set(random.chance(0.3) ? random.some(askable, random.int(1, 4)).map(f => f.id) : []);
  if (answered) fillAbsent({ ...intake, presentations: intake.presentations ?? [] }, skipped);
  intake.findings = random.shuffle(intake.findings);
  if (random.chance(0.2)) intake.clearances = Array.from({ length: random.int(1, 2) }, () => clearance(random, intake));
  return intake;
}

/** Something that has to be refused (or, for the last, must not be). */
function spoil(random, intake) {
  const date = days => new Date(Date.parse(`${AS_OF}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
  const some = random.pick(intake.findings.length ? intake.findings : [{ id: 'rf_saddle', state: 'absent' }]);
  const expires = days => { (intake.clearances ??= []).push({ role: 'doctor', recorded: date(30), expires: date(days) }); };
  random.pick([
    () => expires(31),
    () => expires(30),
    () => intake.findings.push({ id: some.id, state: random.pick(['present', 'absent', 'unknown']) }),
    () => { intake.none_of = [...new Set([...(intake.none_of ?? []), random.pick([...checklists.keys()])])]; },
    () => intake.findings.push({ ...some }),
  ])();
}

export function* randomIntakes(count, seed) {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) {
    const intake = randomIntake(random);
    if (random.chance(0.01)) spoil(random, intake);
    yield intake;
  }
}

// ------------------------------------------------------------------------------------------- every pair of findings

export const people = [
  { age: 40, sex: 'female', pain: { intensity: 4, duration_weeks: 20, areas: ['low_back'] } },
  { age: 72, sex: 'male', pain: { intensity: 8, duration_weeks: 3, areas: ['mid_back', 'calf'] } },
  { age: 17, sex: 'female', pain: { intensity: 9, duration_weeks: 8, areas: ['neck_back', 'low_back', 'abdomen'] } },
];

/** A finding in all its choices: nothing but present, and each detail with the other attributes given. */
export function variants(about) {
  const random = new Random(about.number + 1);
  const out = [{ id: about.id, state: 'present' }];
  const details = about.choices?.map(c => c.id) ?? [undefined];
  for (const detail of about.attributes.length ? details : []) {
    const full = presentFinding(random, about, 1);
    out.push(detail === undefined ? full : { ...full, detail });
  }
  return out;
}

export function countPairs() {
  const sizes = askable.map(f => variants(f).length);
  let pairs = 0;
  let before = 0;
  for (const size of sizes) { pairs += before * size; before += size; }
  return pairs * people.length;
}

/** Every pair of findings, in all choices, over the base people; all the rest is answered "absent". */
export function* pairIntakes() {
  const choices = askable.map(variants);
  const filled = fillAbsent({ presentations: [], findings: [] }).findings;
  for (const one of people) {
    for (let i = 0; i < choices.length; i++) {
      for (let j = i + 1; j < choices.length; j++) {
        const rest = filled.filter(f => f.id !== askable[i].id && f.id !== askable[j].id);
        for (const a of choices[i]) for (const b of choices[j]) yield { ...one, presentations: [], as_of: AS_OF, findings: [a, b, ...rest] };
      }
    }
  }
}

/** Every nth of a sequence. */
export function* every(step, sequence) {
  let at = 0;
  for (const item of sequence) if (at++ % step === 0) yield item;
}
