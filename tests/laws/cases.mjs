// Runs tests/cases/rules/*.cases and tests/cases/people/*.people.
// node cases.mjs [--unknot PATH | --reference] [files...]
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { Tally, decider, options, sameKnowledge } from './batch.mjs';
import { readCases, readPeople } from './casefile.mjs';
import { ROOT, areaIds, findings, ruleById, techniqueIds } from './knowledge.mjs';

const VERDICTS = ['suitable', 'caution', 'undetermined', 'needs_clearance', 'contraindicated'];
const TRIAGE = ['self_care', 'clinician', 'urgent', 'emergency'];
const SKIP = 'skip';

/** One clause of an expectation -> a function from the answer to null (holds), SKIP, or what is there instead. */
export function expectation(text) {
  const read = pattern => text.match(pattern)?.slice(1);
  const must = (list, word, what) => { if (!list.includes(word)) throw new Error(`no ${what} ${word}`); return word; };
  const among = (list, n) => a => {
    const have = techniqueIds.filter(t => list.includes(a.verdicts[t]));
    return have.length >= n ? null : `only ${have.length}: ${have.join(' ')}`;
  };
  let m;
  if ((m = read(/^triage (\w+)$/))) { const level = must(TRIAGE, m[0], 'level'); return a => (a.triage === level ? null : a.triage); }
  if ((m = read(/^cap (\w+) (\d)$/))) { const t = must(techniqueIds, m[0], 'technique'); return a => (a.caps[t] === Number(m[1]) ? null : a.caps[t]); }
  if ((m = read(/^fires (\S+)$/))) { const r = must([...ruleById.keys()], m[0], 'rule'); return a => (a.fired.includes(r) ? null : 'it did not fire'); }
  if ((m = read(/^not (\S+)$/))) { const r = must([...ruleById.keys()], m[0], 'rule'); return a => (a.fired.includes(r) ? 'it fired' : null); }
  if ((m = read(/^at least (\d+) suitable$/))) return among(['suitable'], Number(m[0]));
  if ((m = read(/^at least (\d+) usable$/))) return among(['suitable', 'caution'], Number(m[0]));
  if ((m = read(/^start (\w+) >= (\d+)$/))) {
    const t = must(techniqueIds, m[0], 'technique');
    return a => (a.starts?.[t] === undefined ? SKIP : a.starts[t] >= Number(m[1]) ? null : a.starts[t]);
  }
  if ((m = read(/^avoid (\w+)$/))) return a => everywhereAvoided(a, must(areaIds, m[0], 'area'));
  if ((m = read(/^asks (\w+)$/))) {
    must([...findings.keys()], m[0], 'finding');
    return a => (a.questions === undefined ? SKIP : a.questions.includes(m[0]) ? null : 'it is not asked');
  }
  if ((m = read(/^status (complete|needs_answers)$/))) return a => (a.status === undefined ? SKIP : a.status === m[0] ? null : a.status);
  if ((m = read(/^(\w+): ?(.+)$/)) && VERDICTS.includes(m[0])) {
    const list = m[1].split(',').map(t => must(techniqueIds, t.trim(), 'technique'));
    return a => list.filter(t => a.verdicts[t] !== m[0]).map(t => `${t} ${a.verdicts[t]}`).join(', ') || null;
  }
  if ((m = read(/^(\w+) (\w+)$/)) && VERDICTS.includes(m[1])) {
    const t = must(techniqueIds, m[0], 'technique');
    return a => (a.verdicts[t] === m[1] ? null : a.verdicts[t]);
  }
  throw new Error(`cannot read expectation "${text}"`);
}

/** Avoided for every technique that is left (for every technique when none is left). */
function everywhereAvoided(answer, area) {
  const left = techniqueIds.filter(t => answer.verdicts[t] !== 'contraindicated');
  const missing = (left.length ? left : techniqueIds).filter(t => !(answer.areas[t] ?? []).includes(area));
  return missing.length ? `not for ${missing.join(' ')}` : null;
}

function sources(files) {
  if (files.length) return files;
  return ['rules', 'people'].map(name => `${ROOT}tests/cases/${name}`).filter(existsSync)
    .flatMap(folder => readdirSync(folder).filter(n => /\.(cases|people)$/.test(n)).sort().map(n => `${folder}/${n}`));
}

async function main() {
  const settings = options();
  sameKnowledge(settings);
  const tally = new Tally(Infinity);
  const decide = decider(settings);
  const entries = sources(settings.files).flatMap(path => {
    const name = relative(ROOT, path);
    const read = path.endsWith('.people') ? readPeople : readCases;
    return read(readFileSync(path, 'utf8')).map(entry => ({ ...entry, name }));
  });
  const usesTables = e => e.intake?.medications || e.intake?.diagnoses;
  const runnable = entries.filter(e => e.intake && !(settings.reference && usesTables(e)));
  const answers = new Map((await decide(runnable.map(e => e.intake))).map((answer, i) => [runnable[i], answer]));
  let skipped = 0;
  for (const entry of entries) {
    const at = `${entry.name}:${entry.line}`;
    const answer = answers.get(entry);
    if (entry.problem) tally.fail(at, entry.problem);
    else if (!answer) skipped++;
    else if (answer.error !== undefined) tally.fail(at, `refused: ${JSON.stringify(answer.error)}`);
    else if (entry.expect) skipped += person(entry, answer, tally);
    else if (!ruleById.has(entry.rule)) tally.fail(at, `no rule ${entry.rule}`);
    else tally.check(at, answer.fired.includes(entry.rule) === entry.fires, `should ${entry.fires ? 'fire' : 'be quiet'}: ${entry.source}`);
  }
  if (skipped) console.log(`${skipped} left out: not in what the decider answers`);
  tally.close();
}

function person(entry, answer, tally) {
  let skipped = 0;
  if (!entry.expect.length) tally.fail(`${entry.name}:${entry.line}`, `nothing is expected of ${entry.person}`);
  for (const { line, text } of entry.expect) {
    const at = `${entry.name}:${line}`;
    try {
      const instead = expectation(text)(answer);
      if (instead === SKIP) skipped++;
      else tally.check(at, instead === null, `${entry.person}: expected ${text}, but ${instead}; triage ${answer.triage} by ${trigger(answer)}`);
    } catch (error) {
      tally.fail(at, error.message);
    }
  }
  return skipped;
}

const trigger = answer => [...answer.fired, ...answer.doubtful]
  .filter(id => ['clinician', 'urgent', 'emergency', 'ABS', 'CLR'].includes(ruleById.get(id)?.effect)).join(' ') || 'nothing';

await main();
