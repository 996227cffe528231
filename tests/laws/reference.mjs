// The independent second evaluator of Unknot. Written from the normative description of the decision alone, without
// looking at the C engine; slow and plain on purpose. Medicines and diagnosis codes are left to the engine.
import {
  areaIds, checklists, count, expandArea, findings, isMeasured, presentations, ruleById, rules, techniqueIds, techniques,
} from './knowledge.mjs';
import { thousandths } from './condition.mjs';

const FALSE = 0, UNKNOWN = 1, TRUE = 2; // Kleene's three values, in order
/** Three truths of every condition: as known; a date, number or place nobody gave counts for the worse; so do "not sure" and a kind nobody gave. */
const PLAIN = 0, FULL = 1, STRICT = 2;
const TRIAGE = ['self_care', 'clinician', 'urgent', 'emergency'];
const EVERYWHERE = new Set(techniqueIds);

// ---------------------------------------------------------------------------------------------- intake -> facts

const ATTRIBUTES = ['weeks_ago', 'value', 'areas', 'detail'];
const attributesOf = f => JSON.stringify(ATTRIBUTES.map(a => (a === 'areas' && f.areas ? [...new Set(f.areas)].sort() : f[a] ?? null)));

const DAY = 86_400_000;
const days = date => Date.parse(`${date}T00:00:00Z`) / DAY;

/** Stated answers by finding id. Throws on contradictions. */
function answers(intake) {
  const stated = new Map();
  for (const finding of intake.findings ?? []) {
    const old = stated.get(finding.id);
    if (old && (old.state !== finding.state || attributesOf(old) !== attributesOf(finding))) {
      throw new Error(`${finding.id} is answered twice, differently`);
    }
    if (!findings.has(finding.id)) throw new Error(`unknown finding ${finding.id}`);
    stated.set(finding.id, finding);
  }
  const listed = new Set();
  for (const list of intake.none_of ?? []) {
    for (const id of checklists.get(list)) {
      const old = stated.get(id);
      if (old && old.state !== 'absent') throw new Error(`${id} is ${old.state} but none of ${list} was said`);
      listed.add(id);
    }
  }
  for (const id of intake.presentations ?? []) {
    const implied = presentations.get(id).implied;
    if (!implied || stated.get(implied.id)?.state === 'absent') continue;
    const old = stated.get(implied.id);
    const finding = old?.state === 'present' ? { ...old } : { id: implied.id, state: 'present' };
    for (const attribute of implied.attributes) {
      const value = attribute === 'areas' ? intake.pain?.areas : intake.pain?.duration_weeks;
      if (value !== undefined && findings.get(implied.id).attributes.includes(attribute)) finding[attribute] ??= value;
    }
    stated.set(implied.id, finding);
  }
  for (const id of listed) if (!stated.has(id)) stated.set(id, { id, state: 'absent' }); // what a presentation implies wins
  for (const { recorded, expires } of intake.clearances ?? []) {
    if (expires !== undefined && days(expires) < days(recorded)) throw new Error('a clearance ends before it was recorded');
  }
  return stated;
}

// ------------------------------------------------------------------------------------------------- conditions

const COMPARE = {
  '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b, '=': (a, b) => a === b, '!=': (a, b) => a !== b,
};
const areasHave = (areas, wanted) => wanted.some(a => areas.includes(a));
const known = (bool, negated) => (bool !== negated ? TRUE : FALSE);

class Facts {
  constructor(intake) {
    this.intake = intake;
    this.stated = answers(intake);
    this.memory = new Int8Array(count * 6).fill(-1); // derived facts and presentations, by number, negation and truth
    this.askable = new Int8Array(count * 3).fill(-1); // "may this conditional question be asked?", by number and truth
    this.asking = []; // the findings whose asked_when is being computed
    this.touched = Infinity; // the outermost of them that was met again since (its results must not be remembered)
  }

  state(id) { return this.stated.get(id)?.state; }

  /** What was said about a finding; a measurement without its number says nothing. */
  answerTo(about) {
    const own = this.stated.get(about.id);
    const isEmpty = own?.state === 'present' && own.value === undefined && isMeasured(about) && about.attributes.includes('value');
    return isEmpty ? undefined : own;
  }

  /** Truth of a tree, or of its negation: `not` is pushed to the tests, so "not sure" is the worse of both. */
  truth(tree, negated, mode) {
    switch (tree.op) {
      case 'not': return this.truth(tree.part, !negated, mode);
      case 'any': return negated ? this.lowest(tree.parts, true, mode) : this.highest(tree.parts, false, mode);
      case 'all': return negated ? this.highest(tree.parts, true, mode) : this.lowest(tree.parts, false, mode);
      case 'count': return this.count(tree, negated, mode);
      case 'always': return known(true, negated);
      case 'unmatched': return known(false, negated);
      case 'unsure': return known(this.state(tree.id) === 'unknown', negated);
      case 'missing': return known(this.stated.get(tree.id)?.state !== 'present' || this.stated.get(tree.id)[tree.attribute] === undefined, negated);
      case 'no_presentation': return known(this.intake.presentations?.length === 0, negated);
      case 'no_specific_presentation': return known(!(this.intake.presentations ?? []).some(p => !p.startsWith('nslbp_')), negated);
      case 'hits': return known(this.hits(tree.effect) >= tree.least, negated);
      case 'presentation': return this.presentation(tree.about, negated, mode);
      case 'person': return this.person(tree, negated);
      case 'derived': return this.derivedFact(tree.about, negated, mode);
      case 'fact': return this.finding(tree, negated, mode);
      default: throw new Error(`no meaning for ${tree.op}`);
    }
  }

  highest(parts, negated, mode) {
    let best = FALSE;
    for (const part of parts) {
      best = Math.max(best, this.truth(part, negated, mode));
      if (best === TRUE) break;
    }
    return best;
  }

  lowest(parts, negated, mode) {
    let worst = TRUE;
    for (const part of parts) {
      worst = Math.min(worst, this.truth(part, negated, mode));
      if (worst === FALSE) break;
    }
    return worst;
  }

  /** At least n of the parts; its negation is: at least (all - n + 1) of the negated parts. */
  count(tree, negated, mode) {
    const least = negated ? tree.parts.length - tree.least + 1 : tree.least;
    const truths = tree.parts.map(part => this.truth(part, negated, mode));
    if (truths.filter(t => t === TRUE).length >= least) return TRUE;
    return truths.filter(t => t !== FALSE).length >= least ? UNKNOWN : FALSE;
  }

  hits(effect) {
    const items = new Set();
    for (const rule of rules) {
      if (rule.id.startsWith('C1.') && rule.effect === effect && this.truth(rule.tree, false, PLAIN) === TRUE) items.add(rule.clinical_id);
    }
    return items.size;
  }

  person({ name, sign, value, number, areas }, negated) {
    const own = name === 'age' || name === 'sex' ? this.intake[name] : this.intake.pain?.[name.slice(5)];
    if (own === undefined || own === null) return UNKNOWN;
    if (sign === 'has') return known(areasHave(own, areas), negated);
    return known(name === 'sex' ? COMPARE[sign](own, value) : COMPARE[sign](thousandths(own), number), negated);
  }

  finding(test, negated, mode) {
    const { about, attribute } = test;
    const own = this.answerTo(about);
    const protective = about.polarity === 'protective';
    if (own?.state === 'present') {
      if (!attribute) return known(true, negated);
      const given = own[attribute];
      if (given !== undefined) return known(attributeTest(test, given), negated);
      if (mode === PLAIN || (mode === FULL && attribute === 'detail' && !protective)) return UNKNOWN;
      return protective ? known(false, negated) : TRUE;
    }
    if (own?.state === 'absent') return known(false, negated);
    if (isMeasured(about) || protective) return known(false, negated);
    if (own?.state === 'unknown') {
      if (about.stands_for_unknown === 'ignore') return known(false, negated);
      return mode === STRICT ? TRUE : UNKNOWN;
    }
    return this.mayBeAsked(about, mode) ? UNKNOWN : known(false, negated);
  }

  /** Is the question of a finding open? A finding met again while its own asked_when is computed counts as not asked. */
  mayBeAsked(about, mode) {
    if (!about.when) return true;
    const key = about.number * 3 + mode;
    if (this.askable[key] >= 0) return this.askable[key] === 1;
    const depth = this.asking.indexOf(about.id);
    if (depth >= 0) {
      this.touched = Math.min(this.touched, depth);
      return false;
    }
    const outer = this.touched;
    this.touched = Infinity;
    this.asking.push(about.id);
    const result = this.truth(about.when, false, mode) !== FALSE;
    this.asking.pop();
    if (this.touched >= this.asking.length) {
      this.askable[key] = result ? 1 : 0;
      this.touched = outer;
    } else {
      this.touched = Math.min(outer, this.touched);
    }
    return result;
  }

  remember(key, tree, negated, mode) {
    if (this.memory[key] >= 0) return this.memory[key];
    const outer = this.touched;
    this.touched = Infinity;
    const result = this.truth(tree, negated, mode);
    if (this.touched === Infinity) this.memory[key] = result;
    this.touched = Math.min(outer, this.touched);
    return result;
  }

  derivedFact(fact, negated, mode) {
    if (fact.when_unknown === 'absent') return known(this.remember(fact.number * 6, fact.tree, false, PLAIN) === TRUE, negated);
    return this.remember(fact.number * 6 + (negated ? 3 : 0) + mode, fact.tree, negated, mode);
  }

  presentation(about, negated, mode) {
    if (this.intake.presentations?.includes(about.id)) return known(true, negated);
    if (!about.tree) return known(false, negated);
    return this.remember(about.number * 6 + (negated ? 3 : 0) + mode, about.tree, negated, mode);
  }
}

function attributeTest({ about, attribute, sign, value, number, areas }, given) {
  if (attribute === 'areas') return areasHave(given, areas);
  if (attribute !== 'detail') return COMPARE[sign](thousandths(given), number);
  if (sign === 'in') return value.includes(given);
  const order = name => about.choices.findIndex(choice => choice.id === name);
  return COMPARE[sign](order(given), order(value));
}

// ------------------------------------------------------------------------------------------------- rules that act

/** The effect of a doubtful rule when somebody was not sure; null = it does nothing. */
function softened(rule) {
  const isTriage = TRIAGE.includes(rule.effect);
  const isMild = ['LOC', 'MOD', 'TECH', 'NONE'].includes(rule.effect);
  switch (rule.unknown) {
    case 'ask_again': return isTriage ? 'clinician' : isMild ? rule.effect : 'CLR';
    case 'clearance': return isMild ? rule.effect : 'CLR';
    case 'caution': return isMild ? rule.effect : null;
    case 'ignore': return null;
    default: throw new Error(`${rule.id}: unknown = ${rule.unknown}`);
  }
}

/** Did one of the findings begin before the clearance was recorded? (days and weeks in thousandths, exact) */
function beganBefore(entry, ids, facts, asOf) {
  if (entry.began !== undefined && days(entry.began) <= days(entry.recorded)) return true;
  return ids.some(id => {
    const own = facts.stated.get(id);
    if (own?.state !== 'present' || own.weeks_ago === undefined) return false;
    return asOf * 1000 - thousandths(own.weeks_ago) * 7 <= days(entry.recorded) * 1000;
  });
}

/** The techniques for which recorded clearances lift a rule acting with this effect. */
function liftedFor(rule, effect, facts) {
  const lifted = new Set();
  const asOf = days(facts.intake.as_of);
  for (const entry of facts.intake.clearances ?? []) {
    const expires = entry.expires ? days(entry.expires) : days(entry.recorded) + 13 * 7;
    if (days(entry.recorded) > asOf || asOf > expires) continue;
    const namesRule = entry.rules?.includes(rule.id) ?? false;
    const named = (entry.findings ?? []).filter(id => rule.reads.has(id));
    const namesNothing = !entry.rules?.length && !entry.findings?.length;
    if (effect === 'clinician' || effect === 'CLR') {
      if (!namesRule && !named.length && !namesNothing) continue;
    } else if (effect === 'urgent' || effect === 'emergency') {
      if (!namesRule && !named.length) continue;
      if (!beganBefore(entry, namesRule ? [...rule.reads] : named, facts, asOf)) continue;
    } else {
      continue;
    }
    for (const technique of entry.techniques?.length ? entry.techniques : techniqueIds) lifted.add(technique);
  }
  return lifted;
}

/** Which rules fired, are doubtful, are open; and which act, with what effect, lifted for which techniques. */
function judge(facts) {
  const fired = [], doubtful = [], open = [], acting = [];
  for (const rule of rules) {
    const plain = facts.truth(rule.tree, false, PLAIN);
    const strict = plain === UNKNOWN ? facts.truth(rule.tree, false, STRICT) : plain;
    if (plain === TRUE) {
      fired.push(rule.id);
      acting.push({ rule, effect: rule.effect });
    } else if (strict === TRUE) {
      doubtful.push(rule.id);
      const effect = facts.truth(rule.tree, false, FULL) === TRUE ? rule.effect : softened(rule);
      if (effect) acting.push({ rule, effect });
    } else if (strict === UNKNOWN) {
      open.push(rule.id);
    }
  }
  for (const act of acting) act.lifted = liftedFor(act.rule, act.effect, facts);
  return { fired, doubtful, open, acting };
}

// ------------------------------------------------------------------------------------------------- the outcome

const waits = effect => effect === 'clinician' || effect === 'CLR';
const coversAll = set => techniqueIds.every(t => set.has(t));
const whole = tokens => tokens.filter(t => !t.area && !t.part);

/** The techniques a rule forbids outright when it acts with this effect. */
function forbids(rule, effect) {
  if (effect === 'urgent' || effect === 'emergency' || effect === 'NONE') return new Set();
  const tokens = whole(rule.restrictTokens);
  if (waits(effect) && tokens.some(t => t.all)) return new Set();
  return new Set(tokens.flatMap(t => t.techniques));
}

/** The techniques a rule has something to say about, short of forbidding them. */
function touches(rule, effect) {
  if (rule.avoid_areas?.length) return EVERYWHERE;
  const touched = new Set([
    ...(TRIAGE.indexOf(effect) > 0 || effect === 'CLR' ? rule.withheld : []), // waiting, or seen and lifted
    ...rule.restrictTokens.filter(t => t.area || t.part).flatMap(t => t.techniques),
    ...rule.expertTokens.flatMap(t => t.techniques),
  ]);
  if (rule.pressure_cap || rule.block_positions?.length || rule.minutes_max || rule.modifications?.length) {
    for (const t of inScope(rule)) touched.add(t);
  }
  return touched;
}

/** The answer of such a question, computed once for a rule and effect. */
function once(rule, effect, question) {
  rule.known ??= {};
  return rule.known[`${question.name} ${effect}`] ??= question(rule, effect);
}

const inScope = rule => (rule.scopeTokens.length ? new Set(rule.scopeTokens.flatMap(t => t.techniques)) : EVERYWHERE);

/** "LEG" -> its areas; "areas:F" -> where F is; null when F is there (or may be) and nobody said where. */
function resolveArea(name, facts) {
  if (!name.startsWith('areas:')) return expandArea(name);
  const own = facts.stated.get(name.slice(6));
  if (!own || own.state === 'absent') return [];
  return own.areas ?? null;
}

export function decide(intake) {
  let facts;
  try {
    facts = new Facts(intake);
  } catch (error) {
    return { error: error.message };
  }
  const { fired, doubtful, open, acting } = judge(facts);
  const level = Math.max(0, ...acting.filter(a => !coversAll(a.lifted)).map(a => TRIAGE.indexOf(a.effect)));

  const limits = new Map(techniques.map(t => [t.id, {
    cap: t.pressure.max, avoid: new Set(), positions: new Set(t.positions), minutes: t.minutes.max,
    forbidden: level >= 2, waiting: false, undetermined: false, touched: false,
  }]));
  const each = (ids, change) => { for (const id of ids) change(limits.get(id)); };

  for (const { rule, effect, lifted } of acting) {
    each(once(rule, effect, forbids), t => { t.forbidden = true; });
    if (waits(effect)) each(lifted.size ? [...rule.withheld].filter(t => !lifted.has(t)) : rule.withheld, t => { t.waiting = true; });
    if (effect !== 'NONE' && !rule.always && !rule.dose_only) each(once(rule, effect, touches), t => { t.touched = true; });
    addLimits(rule, effect, facts, each);
  }
  for (const id of open) {
    const rule = ruleById.get(id);
    if (rule.effect === 'NONE' || rule.always || rule.dose_only) continue;
    rule.couldChange ??= couldChange(rule);
    each(rule.couldChange, t => { t.undetermined = true; });
  }

  const result = { triage: TRIAGE[level], verdicts: {}, caps: {}, areas_to_avoid: {}, positions: {}, minutes: {} };
  for (const technique of techniques) {
    const t = limits.get(technique.id);
    const nothingLeft = t.cap < technique.pressure.min || t.positions.size === 0 || areaIds.every(a => t.avoid.has(a));
    result.verdicts[technique.id] = t.forbidden || nothingLeft ? 'contraindicated'
      : t.waiting ? 'needs_clearance'
        : t.undetermined ? 'undetermined'
          : t.touched ? 'caution' : 'suitable';
    result.caps[technique.id] = t.cap;
    result.areas_to_avoid[technique.id] = [...t.avoid].sort();
    result.positions[technique.id] = [...t.positions].sort();
    result.minutes[technique.id] = t.minutes;
  }
  return { ...result, fired: fired.sort(), doubtful: doubtful.sort(), open_rules: open.sort() };
}

/** Caps, areas, positions and minutes of one acting rule; they hold even when its waiting was lifted. */
function addLimits(rule, effect, facts, each) {
  const unknownPlace = ids => { if (effect !== 'NONE') each(ids, t => { t.undetermined = true; }); };
  const avoid = (ids, name) => {
    const areas = resolveArea(name, facts);
    if (areas) each(ids, t => { for (const a of areas) t.avoid.add(a); });
    else unknownPlace(ids);
  };
  for (const name of rule.avoid_areas ?? []) avoid(EVERYWHERE, name);
  for (const t of rule.restrictTokens) if (t.area && !t.part) avoid(t.techniques, t.area);
  if (rule.pressure_cap) {
    const everywhere = rule.scopeTokens.length ? whole(rule.scopeTokens).flatMap(t => t.techniques) : EVERYWHERE;
    each(everywhere, t => { t.cap = Math.min(t.cap, rule.pressure_cap); });
    for (const t of rule.scopeTokens) if (t.area && resolveArea(t.area, facts) === null) unknownPlace(t.techniques);
  }
  if (rule.block_positions) each(inScope(rule), t => { for (const p of rule.block_positions) t.positions.delete(p); });
  if (rule.minutes_max) each(inScope(rule), t => { t.minutes = Math.min(t.minutes, rule.minutes_max); });
}

/** The techniques whose verdict an open rule could still change. */
function couldChange(rule) {
  if (['clinician', 'urgent', 'emergency', 'CLR'].includes(rule.effect)) return rule.withheld;
  return new Set([...forbids(rule, rule.effect), ...touches(rule, rule.effect)]);
}

/** May the question about a finding that is not in the intake be asked? (used by the laws) */
export const mayBeAsked = (intake, id) => new Facts(intake).mayBeAsked(findings.get(id), PLAIN);

/** The same decision in the shape of one line of `unknot check --batch`. */
export function batchLine(intake) {
  const { error, areas_to_avoid: areas, open_rules, ...rest } = decide(intake);
  return error ? { error } : { ...rest, areas, open: open_rules };
}
