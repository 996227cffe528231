// Tests the laws of the design over random intakes and over every rule.
// node laws.mjs --unknot PATH | --reference [--count N] [--seed S] [--only LAW]
import { readFileSync, readdirSync } from 'node:fs';
import { Tally, decider, differences, options, sameKnowledge } from './batch.mjs';
import { readCases } from './casefile.mjs';
import { Random, askable, presentFinding, randomIntake } from './intakes.mjs';
import { mayBeAsked } from './reference.mjs';
import { ROOT, checklists, codes, exceptions, expandTechnique, findings, isMeasured, medicines, presentations, ruleById, rules, techniqueIds } from './knowledge.mjs';

const TRIAGE = ['self_care', 'clinician', 'urgent', 'emergency'];
const VERDICTS = ['suitable', 'caution', 'undetermined', 'needs_clearance', 'contraindicated'];
const level = answer => TRIAGE.indexOf(answer.triage);
const rank = (answer, technique) => VERDICTS.indexOf(answer.verdicts[technique]);
const isUrgent = id => ['urgent', 'emergency'].includes(ruleById.get(id)?.effect);

// ------------------------------------------------------------------------------------------------- exceptions as data
// db/knowledge/exceptions.json: adding a present finding (`adding`), with all of `given` present (or not sure), may silence these `rules`.

const excused = exceptions?.exceptions ?? [];
const isHere = (intake, id) => ['present', 'unknown'].includes(stated(intake, id));
const silences = (id, rule, intake) => excused.some(e => e.adding === id && e.rules.includes(rule) && e.given.every(g => isHere(intake, g)));

const lost = (before, after, kinds = ['fired', 'doubtful']) => {
  const still = new Set([...after.fired, ...after.doubtful, ...(kinds.includes('open') ? after.open : [])]);
  return kinds.flatMap(k => before[k]).filter(id => !still.has(id) && ruleById.get(id)?.effect !== 'NONE');
};
const excusedLoss = (id, intake, before, after) => {
  const gone = lost(before, after);
  return gone.length > 0 && gone.every(rule => silences(id, rule, intake));
};

// ------------------------------------------------------------------------------------------------- helpers for intakes

const copy = intake => structuredClone(intake);
const impliedBy = (intake, id) => (intake.presentations ?? []).some(p => presentations.get(p).implied?.id === id);
const stated = (intake, id) => intake.findings.find(f => f.id === id)?.state ?? (impliedBy(intake, id) ? 'present' : undefined)
  ?? ((intake.none_of ?? []).some(list => checklists.get(list).includes(id)) ? 'absent' : undefined);

/** The intake with one finding answered otherwise; a checklist that said "none of these" is spelled out. */
function answer(intake, finding) {
  const out = copy(intake);
  for (const list of (out.none_of ?? []).filter(l => checklists.get(l).includes(finding.id))) {
    out.none_of = out.none_of.filter(l => l !== list);
    const rest = checklists.get(list).filter(id => !out.findings.some(f => f.id === id) && !impliedBy(intake, id));
    out.findings.push(...rest.map(id => ({ id, state: 'absent' })));
  }
  out.findings = [...out.findings.filter(f => f.id !== finding.id), finding];
  return out;
}

const implied = medicine => medicine.effects.filter(e => e.action === 'implies').map(e => e.finding);
const medicinesThatImply = medicines.filter(m => m.name && implied(m).length);
const nested = row => codes.some(c => c !== row && c.system === row.system && row.code.startsWith(c.code));
const codesThatImply = codes.filter(c => c.action === 'implies' && c.target === 'finding' && !nested(c));
/** Without what was said about some findings (but "none of these" stays), and without presentations that imply them. */
const forget = (intake, ids) => ({
  ...intake, findings: intake.findings.filter(f => !ids.includes(f.id)),
  ...(intake.presentations && { presentations: intake.presentations.filter(p => !ids.includes(presentations.get(p).implied?.id)) }),
});

const plain = intake => { const out = copy(intake); delete out.clearances; return out; };
const shortly = intake => JSON.stringify({ ...intake, findings: intake.findings.filter(f => f.state !== 'absent'), absent: intake.findings.filter(f => f.state === 'absent').length });

/** A finding of this kind that has something to do with the person: half the time one that shares a rule with a present one. */
function related(random, intake, wanted) {
  const here = intake.findings.filter(f => f.state === 'present').map(f => f.id);
  const near = here.length && random.chance(0.6)
    ? [...new Set(rules.filter(r => here.some(id => r.reads.has(id))).flatMap(r => [...r.reads]))].map(id => findings.get(id)).filter(f => f && wanted(f) && askable.includes(f))
    : [];
  return random.pick(near.length ? near : askable.filter(wanted));
}

// ------------------------------------------------------------------------------------------------- the laws
// Each law makes tests { intakes, holds(answers) -> null or what is wrong }.

const LAWS = {
  /** A risk finding that is present never makes triage milder or a verdict more permissive. */
  * risk(random, base) {
    const intake = plain(base);
    const about = related(random, intake, f => f.polarity === 'risk' && !isMeasured(f));
    if (!['absent', undefined].includes(stated(intake, about.id))) return;
    const more = answer(intake, presentFinding(random, about));
    yield {
      intakes: [intake, more],
      holds([before, after]) {
        if (excusedLoss(about.id, intake, before, after)) return null;
        const milder = level(after) < level(before) ? [`triage ${before.triage} -> ${after.triage}`] : [];
        // the finding opened a question on which the rules that are gone now depend: not silenced, only not decided
        const gone = lost(before, after);
        const nowAsked = gone.length > 0 && gone.every(id => after.open.includes(id) || silences(about.id, id, intake));
        for (const t of techniqueIds) {
          if (nowAsked && after.verdicts[t] !== 'suitable') continue;
          if (before.verdicts[t] !== 'undetermined' && rank(after, t) < rank(before, t)) milder.push(`${t} ${before.verdicts[t]} -> ${after.verdicts[t]}`);
        }
        return milder.length ? `with ${about.id}: ${milder.join(', ')}; rules gone: ${lost(before, after).join(' ')}\n  ${shortly(more)}` : null;
      },
    };
  },

  /** A protective finding silences only rules that read it, and no urgent or emergency rule (but see correction 40). */
  * protective(random, base) {
    const intake = plain(base);
    const about = related(random, intake, f => f.polarity === 'protective');
    if (stated(intake, about.id) === 'present') return;
    const more = answer(intake, presentFinding(random, about));
    yield {
      intakes: [intake, more],
      holds([before, after]) {
        const wrong = lost(before, after, ['fired', 'doubtful', 'open']).filter(id => !ruleById.get(id).reads.has(about.id))
          .map(id => `${id} does not read it`);
        if (about.id !== 'assessed_by_clinician') {
          for (const id of lost(before, after)) if (isUrgent(id) && !silences(about.id, id, intake)) wrong.push(`${id} is ${ruleById.get(id).effect}`);
        }
        return wrong.length ? `${about.id} silenced rules: ${wrong.join(', ')}\n  ${shortly(more)}` : null;
      },
    };
  },

  /** Answering a question that was not asked stays within what was announced: only `undetermined` may become anything. */
  * answering(random, base) {
    const intake = plain(base);
    const open = f => !isMeasured(f) && f.polarity !== 'protective' && stated(intake, f.id) === undefined;
    if (!askable.some(open)) return;
    const about = related(random, intake, open);
    if (!mayBeAsked(intake, about.id)) return; // not a question: counts as absent until its own question opens
    for (const finding of [{ id: about.id, state: 'absent' }, { id: about.id, state: 'unknown' }, presentFinding(random, about, 1)]) {
      const more = answer(intake, finding);
      yield {
        intakes: [intake, more],
        holds([before, after]) {
          if (excusedLoss(about.id, intake, before, after)) return null;
          const news = after.fired.filter(id => !before.fired.includes(id));
          if (finding.state === 'unknown' && news.some(id => ruleById.get(id).condition.includes(`unsure(${about.id})`))) return null;
          const outside = level(after) < level(before) ? [`triage ${before.triage} -> ${after.triage}`] : [];
          for (const t of techniqueIds) {
            const was = before.verdicts[t];
            const fixed = was === 'suitable' || was === 'caution';
            if (was !== 'undetermined' && (rank(after, t) < rank(before, t) || (fixed && after.verdicts[t] !== was))) outside.push(`${t} ${was} -> ${after.verdicts[t]}`);
          }
          if (!outside.length) return null;
          return `${about.id} ${finding.state}: ${outside.join(', ')}; rules gone: ${lost(before, after).join(' ')}; new: ${news.join(' ')}\n  ${shortly(more)}`;
        },
      };
    }
  },

  /** "Not sure" never counts for more than a clinician, except about cauda equina and cord items (correction 48). */
  * not_sure(random, base) {
    const intake = plain(base);
    const about = related(random, intake, f => f.polarity !== 'protective' && !isMeasured(f));
    if (!['absent', undefined].includes(stated(intake, about.id))) return;
    const unsure = answer(intake, { id: about.id, state: 'unknown' });
    yield {
      intakes: [answer(intake, { id: about.id, state: 'absent' }), unsure, answer(intake, { id: about.id, state: 'present' })],
      holds([no, notSure, yes]) {
        if (level(notSure) <= Math.max(level(no), 1) || [...notSure.fired, ...notSure.doubtful].includes('C2.U48')) return null;
        if (about.id === 'pregnancy_possible' && level(notSure) <= level(yes)) return null; // correction 55: counts as possible
        return `${about.id} not sure: ${no.triage} -> ${notSure.triage}\n  ${shortly(unsure)}`;
      },
    };
  },

  /** Order, duplicates that agree and preferences change nothing. */
  * sameness(random, base) {
    const mixed = copy(base);
    mixed.findings = random.shuffle(mixed.findings);
    if (mixed.none_of) mixed.none_of = random.shuffle(mixed.none_of);
    if (mixed.presentations) mixed.presentations = random.shuffle(mixed.presentations);
    const doubled = copy(base);
    doubled.findings = random.shuffle([...doubled.findings, ...random.some(doubled.findings, 3)]);
    const fond = copy(base);
    const [liked, ...disliked] = random.some(techniqueIds, 3);
    fond.preferences = { avoid_techniques: disliked, techniques: [liked], positions: ['seated'], clothed: true };
    for (const [what, other] of Object.entries({ order: mixed, duplicates: doubled, preferences: fond })) {
      yield {
        intakes: [base, other],
        holds([a, b]) {
          const found = differences(a, b);
          return found.length ? `${what} changed ${found.map(d => `${d.member} ${JSON.stringify(d.a)} -> ${JSON.stringify(d.b)}`).join('; ')}\n  ${shortly(other)}` : null;
        },
      };
    }
  },

  /** Duplicates that contradict are refused. */
  * contradiction(random, base) {
    const one = random.pick(base.findings);
    if (!one) return;
    const wrong = copy(base);
    const about = findings.get(one.id);
    const lists = [...checklists].filter(([, ids]) => ids.includes(one.id)).map(([id]) => id);
    if (one.state !== 'absent' && lists.length && random.chance(0.3)) wrong.none_of = [...(wrong.none_of ?? []), lists[0]];
    else if (one.state === 'present' && about.choices?.length > 1 && one.detail && random.chance(0.5)) {
      wrong.findings.push({ ...one, detail: about.choices.find(c => c.id !== one.detail).id });
    } else wrong.findings.push({ id: one.id, state: one.state === 'present' ? 'absent' : 'present' });
    yield {
      intakes: [wrong],
      allowErrors: true,
      holds([got]) { return got.error !== undefined ? null : `accepted two answers for ${one.id}\n  ${shortly(wrong)}`; },
    };
  },

  /** A medicine or a code counts for what it implies, however it is written, and against no answer but a plain "absent". */
  * tables(random, base) {
    const intake = plain(base);
    const row = random.pick(medicinesThatImply);
    const other = random.pick(medicinesThatImply);
    const code = random.pick(codesThatImply);
    const called = medicine => random.pick([medicine.name, ...medicine.aliases]);
    const written = name => random.pick([name, name.toUpperCase(), name.toLowerCase(), `  ${name} `, `${name} 5 mg`]);
    const names = [called(row), called(other)];
    const implies = [...new Set([row, other].flatMap(m => implied(m)))];
    const told = { id: code.id, state: 'present', ...(code.detail && { detail: code.detail }), ...(code.areas && { areas: code.areas }) };
    if (findings.get(code.id).attributes.includes('weeks_ago')) told.weeks_ago = 7;
    const open = forget(forget(intake, implies), [code.id]);
    const medicines = { ...forget(intake, implies), medications: names.map(n => ({ text: written(n) })) };
    const coded = { ...forget(intake, [code.id]), diagnoses: [{ system: code.system, code: code.code, weeks_ago: 7 }] };
    const same = (what, one, two) => ({
      intakes: [one, two],
      holds([a, b]) {
        const found = differences(a, b);
        return found.length ? `${what}: ${found.map(d => `${d.member} ${JSON.stringify(d.a)} -> ${JSON.stringify(d.b)}`).join('; ')}\n  ${shortly(one)}` : null;
      },
    });
    const refused = (what, wrong) => ({
      intakes: [wrong], allowErrors: true,
      holds([got]) { return got.error !== undefined ? null : `${what} was accepted\n  ${shortly(wrong)}`; },
    });
    yield same('medicines', medicines, implies.reduce((i, id) => answer(i, { id, state: 'present' }), forget(intake, implies)));
    yield same('two medicines in one text', { ...medicines, medications: [{ text: names.join(random.pick([', ', ' and ', '; ', ' + ', ' & ', ' '])) }] }, medicines);
    yield same('code', coded, answer(forget(intake, [code.id]), told));
    yield refused('a medicine without a name', { ...open, medications: [{}] });
    yield refused('a medicine against its answer', { ...medicines, findings: [...medicines.findings, { id: implies[0], state: 'absent' }] });
    yield refused('a code against its answer', { ...coded, findings: [...coded.findings, { id: code.id, state: 'absent' }] });
    yield refused('a clearance that ends before it begins', { ...open, clearances: [{ role: 'doctor', recorded: '2026-11-02', expires: '2026-11-01' }] });
  },

  /** A technique forbidden absolutely is never offered; urgent and emergency withhold everything. */
  * absolute(random, base) {
    yield {
      intakes: [base],
      holds([got]) {
        const forbidden = new Set(level(got) >= 2 ? techniqueIds : []);
        for (const id of got.fired) {
          const rule = ruleById.get(id);
          if (rule?.effect === 'ABS') for (const token of rule.restricts ?? []) if (!/[@#]/.test(token)) expandTechnique(token).forEach(t => forbidden.add(t));
        }
        const offered = [...forbidden].filter(t => got.verdicts[t] !== 'contraindicated' || got.recommendations?.some(r => (r.technique ?? r) === t));
        return offered.length ? `${offered.join(' ')} should be out\n  ${shortly(base)}` : null;
      },
    };
  },
};

/** Every rule has a case line that fires it, and does fire on it. */
async function witnesses(decide, tally, reference) {
  const folder = `${ROOT}tests/cases/rules`;
  const lines = readdirSync(folder).filter(n => n.endsWith('.cases')).flatMap(n => readCases(readFileSync(`${folder}/${n}`, 'utf8'))).filter(c => c.intake && c.fires);
  const fired = new Set();
  const answers = await decide(lines.map(c => c.intake));
  answers.forEach(a => a.fired?.forEach(id => fired.add(id)));
  for (const rule of rules) {
    const byTable = lines.some(c => c.rule === rule.id && (c.intake.medications || c.intake.diagnoses));
    if (byTable && reference && !fired.has(rule.id)) continue; // the reference reads no medicines or codes
    tally.check('witness', fired.has(rule.id), `no case line fires ${rule.id}`);
  }
}

async function main() {
  const settings = options({ only: { type: 'string' }, show: { type: 'string', default: '8' } });
  sameKnowledge(settings);
  const tally = new Tally(Number(settings.show));
  const decide = decider(settings);
  const names = settings.only ? [settings.only] : Object.keys(LAWS);
  for (const name of names) {
    if (name === 'witness' || (name === 'tables' && settings.reference)) continue; // the reference reads no medicines or codes
    const random = new Random(settings.seed);
    for (let done = 0; done < settings.count; done += 1000) {
      const tests = [];
      for (let i = done; i < Math.min(done + 1000, settings.count); i++) tests.push(...LAWS[name](random, randomIntake(random)));
      const answers = await decide(tests.flatMap(t => t.intakes));
      let at = 0;
      for (const test of tests) {
        const own = answers.slice(at, at += test.intakes.length);
        const refused = test.allowErrors ? undefined : own.find(a => a.error !== undefined);
        const wrong = refused ? `refused: ${JSON.stringify(refused.error)}\n  ${shortly(test.intakes.at(-1))}` : test.holds(own);
        tally.check(name, wrong === null, wrong);
      }
    }
  }
  if (!settings.only || settings.only === 'witness') await witnesses(decide, tally, settings.reference);
  tally.close();
}

await main();
