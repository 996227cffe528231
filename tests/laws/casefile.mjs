// Reads tests/cases/rules/*.cases and tests/cases/people/*.people into intakes and expectations.
import { areaIds, checklists, codes, findings, isDerived, isMeasured, medicines, presentations } from './knowledge.mjs';

export const AS_OF = '2026-11-22';
const need = (ok, message) => { if (!ok) throw new Error(message); };

/** The person every line starts from: woman, 40, pain 4 of 10 for 20 weeks in the low back. */
export const basePerson = () => ({
  age: 40, sex: 'female', pain: { intensity: 4, duration_weeks: 20, areas: ['low_back'] }, presentations: [], findings: [], as_of: AS_OF,
});

/** "has X(weeks_ago=3, areas=calf+foot)" and the other clauses -> intake. Whatever is not mentioned is answered "absent". */
export function given(clauses) {
  const intake = basePerson();
  const notAsked = new Set();
  let fill = true;
  for (const clause of clauses) {
    const read = pattern => clause.match(pattern)?.slice(1);
    let m;
    if (clause === 'nothing else') continue;
    if (clause === 'asked only') fill = false;
    else if ((m = read(/^age (\d+)$/))) intake.age = Number(m[0]);
    else if (['male', 'female', 'other'].includes(clause)) intake.sex = clause;
    else if ((m = read(/^pain (\d+)$/))) intake.pain.intensity = Number(m[0]);
    else if ((m = read(/^for ([\d.]+) weeks?$/))) intake.pain.duration_weeks = Number(m[0]);
    else if ((m = read(/^in ([a-z_ ]+)$/))) intake.pain.areas = m[0].split(/\s+/).map(area);
    else if ((m = read(/^is ([a-z_0-9]+)$/))) { need(presentations.has(m[0]), `no presentation ${m[0]}`); intake.presentations.push(m[0]); }
    else if ((m = read(/^unsure ([a-z0-9_]+)$/))) intake.findings.push({ id: finding(m[0]).id, state: 'unknown' });
    else if ((m = read(/^not asked ([a-z0-9_]+)$/))) notAsked.add(finding(m[0]).id);
    else if ((m = read(/^has ([a-z0-9_]+)(?:\s*\((.*)\))?$/))) intake.findings.push(present(finding(m[0]), m[1]));
    else if ((m = read(/^takes "([^"]+)"$/))) (intake.medications ??= []).push({ text: m[0] });
    else if ((m = read(/^code (\S+) (\S+)(?: ([\d.]+) weeks ago)?$/))) {
      (intake.diagnoses ??= []).push({ system: m[0], code: m[1], ...(m[2] && { weeks_ago: Number(m[2]) }) });
    } else if ((m = read(/^cleared (\S+) on (\S+)(?: began (\S+))?(?: until (\S+))?(?: for ([a-z_ ]+))?$/))) {
      (intake.clearances ??= []).push(clearance(...m));
    }
    else need(false, `cannot read clause "${clause}"`);
  }
  if (fill) fillAbsent(intake, notAsked);
  return intake;
}

const area = name => { need(areaIds.includes(name), `no area ${name}`); return name; };
const finding = id => { need(findings.has(id) && !isDerived(id), `no finding ${id}`); return findings.get(id); };

/** "cleared FINDING on 2026-11-02 began 2026-10-01 until 2027-02-01 for swedish chair": a clinician's recorded agreement; a name with a dot is a rule. */
const clearance = (name, recorded, began, expires, techniques) => ({
  ...(name.includes('.') ? { rules: [name] } : { findings: [finding(name).id] }), role: 'doctor', recorded,
  ...(began && { began }), ...(expires && { expires }), ...(techniques && { techniques: techniques.split(/\s+/) }),
});

function present(about, list = '') {
  const out = { id: about.id, state: 'present' };
  for (const pair of list.split(',').map(s => s.trim()).filter(Boolean)) {
    const [name, value] = pair.split('=').map(s => s.trim());
    need(about.attributes.includes(name), `${about.id} has no ${name}`);
    if (name === 'areas') out.areas = value.split('+').map(area);
    else if (name === 'detail') { need(about.choices.some(c => c.id === value), `${about.id}: no choice ${value}`); out.detail = value; }
    else { need(value !== '' && !Number.isNaN(Number(value)), `${about.id}: ${name}=${value}`); out[name] = Number(value); }
  }
  return out;
}

/** Answers "absent" to everything not stated, not measured, and not implied by a presentation, medicine or code. */
export function fillAbsent(intake, except = new Set()) {
  const said = new Set([...intake.findings.map(f => f.id), ...(intake.none_of ?? []).flatMap(c => checklists.get(c)), ...except, ...implied(intake)]);
  for (const about of findings.values()) {
    if (!said.has(about.id) && !isDerived(about.id) && !isMeasured(about)) intake.findings.push({ id: about.id, state: 'absent' });
  }
  return intake;
}

function implied({ presentations: stated, medications = [], diagnoses = [] }) {
  const out = new Set(stated.map(id => presentations.get(id).implied?.id).filter(Boolean));
  for (const { text } of medications) {
    const word = text.toLowerCase();
    for (const row of medicines) {
      const names = [row.name, ...(row.aliases ?? [])].filter(Boolean).map(n => n.toLowerCase());
      if (names.some(n => word.includes(n))) {
        for (const effect of row.effects ?? []) if (effect.action === 'implies') out.add(effect.finding);
      }
    }
  }
  for (const { system, code } of diagnoses) {
    for (const row of codes) if (row.system === system && row.action === 'implies' && code.startsWith(row.code)) out.add(row.id);
    for (const row of codes) if (row.target === 'presentation' && out.has(row.id)) out.add(presentations.get(row.id)?.implied?.id);
  }
  return out;
}

const clausesOf = text => text.split(';').map(c => c.trim()).filter(Boolean);
const bare = line => line.replace(/(^|\s)#.*$/, '').trimEnd();

/** One .cases file -> [{ line, rule, fires, intake }]; unreadable lines carry `problem` instead. */
export function readCases(text) {
  const out = [];
  text.split('\n').forEach((raw, index) => {
    const line = bare(raw).trim();
    if (!line) return;
    const m = /^(\S+)\s+(fires|quiet)\s+(.*)$/.exec(line);
    const entry = { line: index + 1, source: line };
    try {
      need(m, 'cannot read the line');
      Object.assign(entry, { rule: m[1], fires: m[2] === 'fires', intake: given(clausesOf(m[3])) });
    } catch (error) {
      entry.problem = error.message;
    }
    out.push(entry);
  });
  return out;
}

/** One .people file -> [{ line, person, intake, expect: [{ line, text }] }]. Blocks are separated by blank lines. */
export function readPeople(text) {
  const out = [];
  let block = null;
  let section = null;
  const close = () => {
    if (!block) return;
    try {
      if (!block.problem) block.intake = given(block.clauses.flatMap(c => c));
    } catch (error) {
      block.problem = error.message;
    }
    out.push(block);
    block = null;
  };
  text.split('\n').forEach((raw, index) => {
    const line = bare(raw);
    if (!raw.trim()) { close(); section = null; return; }
    if (!line.trim()) return; // a comment line
    const m = /^\s*(person|given|expect):\s*(.*)$/.exec(line);
    if (m) section = m[1];
    const body = (m ? m[2] : line).trim();
    if (m?.[1] === 'person') { close(); block = { line: index + 1, person: body, clauses: [], expect: [] }; section = null; return; }
    if (!block) block = { line: index + 1, person: '?', clauses: [], expect: [], problem: 'the block does not begin with "person:"' };
    if (section === 'given') block.clauses.push(clausesOf(body));
    else if (section === 'expect') block.expect.push(...clausesOf(body).map(clause => ({ line: index + 1, text: clause })));
    else block.problem ??= `line ${index + 1} is neither given nor expected`;
  });
  close();
  return out;
}
