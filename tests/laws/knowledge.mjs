// Loads db/knowledge/*.json once, with parsed conditions and expanded technique and area names.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, leaves } from './condition.mjs';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const FOLDER = process.env.UNKNOT_KNOWLEDGE ?? `${ROOT}db/knowledge/`;
const read = name => JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'));

export const findings = new Map(read('findings').findings.map(f => [f.id, f]));
export const derived = new Map(read('derived').derived.map(d => [d.id, { ...d, tree: parse(d.expression) }]));
export const presentations = new Map(read('presentations').presentations.map(p => [p.id, p]));
export const techniques = read('techniques').techniques;
export const techniqueIds = techniques.map(t => t.id);
export const areaIds = read('areas').areas.map(a => a.id);
export const checklists = new Map(read('checklists').checklists.map(c => [c.id, c.findings]));
export const medicines = read('medicines').medicines;
export const codes = read('codes').codes;
export const rules = readdirSync(FOLDER).filter(n => /^rules_.*\.json$/.test(n)).sort()
  .flatMap(n => read(n.slice(0, -5)).rules.map(r => ({ ...r, file: n })));

export const exceptions = existsSync(`${FOLDER}/exceptions.json`) ? read('exceptions') : null;

/** Asked of nobody, or a number from a device or a clinic: not given means "no". */
export const isMeasured = f => f.kind === 'measurement' || f.asked === 'clinic';
export const isDerived = id => derived.has(id) || findings.get(id)?.asked === 'derived';

const groups = new Map(read('groups').groups.map(g => [g.id, g.members]));
export const expandTechnique = name => groups.get(name) ?? [name];

const areaSets = new Map();
for (const area of read('areas').areas) {
  for (const set of area.sets) areaSets.set(set, [...(areaSets.get(set) ?? []), area.id]);
}
export const expandArea = name => areaSets.get(name) ?? [name];

/** "thai@LEG#stretch" -> { techniques, area, part } ; area and part may be undefined. */
function token(text) {
  const [, name, area, part] = /^([A-Za-z_]+)(?:@([A-Za-z_:]+))?(?:#([a-z_]+))?$/.exec(text);
  return { all: name === 'ALL', techniques: expandTechnique(name), area, part };
}

for (const finding of findings.values()) {
  if (finding.asked_when) finding.when = parse(finding.asked_when);
}
for (const presentation of presentations.values()) {
  if (presentation.derived_from) presentation.tree = parse(presentation.derived_from);
  if (presentation.implies) {
    const [, id, list] = /^([a-z0-9_]+)(?:\((.*)\))?$/.exec(presentation.implies);
    presentation.implied = { id, attributes: (list ?? '').split(',').map(s => s.trim().split('=')[0]).filter(Boolean) };
  }
}

/** Links every leaf to what it names and numbers the named things, so that the evaluator looks nothing up by text. */
let numbered = 0;
for (const thing of [...findings.values(), ...derived.values(), ...presentations.values()]) thing.number = numbered++;
export const count = numbered;
function link(tree) {
  for (const leaf of leaves(tree)) {
    if (leaf.op === 'presentation') leaf.about = presentations.get(leaf.id);
    if (leaf.op === 'fact') leaf.about = derived.get(leaf.id) ?? findings.get(leaf.id);
    if (leaf.op === 'fact' && derived.has(leaf.id)) leaf.op = 'derived';
    if (['presentation', 'fact', 'derived'].includes(leaf.op) && !leaf.about) throw new Error(`nothing is named ${leaf.id}`);
    if (leaf.sign === 'has') leaf.areas = expandArea(leaf.value);
  }
}
for (const thing of [...derived.values(), ...presentations.values()]) if (thing.tree) link(thing.tree);
for (const finding of findings.values()) if (finding.when) link(finding.when);

/** Every finding a condition reads, through derived facts and presentations too. */
function reads(tree, seen = new Set()) {
  for (const leaf of leaves(tree)) {
    const key = leaf.op === 'presentation' ? `presentation:${leaf.id}` : leaf.id;
    if (!key || seen.has(key)) continue;
    seen.add(key);
    const inner = leaf.op === 'presentation' ? presentations.get(leaf.id)?.tree : derived.get(leaf.id)?.tree;
    if (inner) reads(inner, seen);
  }
  return seen;
}

for (const rule of rules) {
  rule.tree = parse(rule.condition);
  link(rule.tree);
  rule.reads = reads(rule.tree);
  rule.restrictTokens = (rule.restricts ?? []).map(token);
  rule.scopeTokens = (rule.scope ?? []).map(token);
  rule.expertTokens = (rule.expert_only ?? []).map(token);
  rule.withheld = new Set((rule.withholds ?? ['ALL']).flatMap(expandTechnique));
  rule.always = rule.condition === 'always';
}
for (const rule of rules) { // who counts C1 rules reads whatever those read
  const counted = new Set([...leaves(rule.tree)].filter(leaf => leaf.op === 'hits').map(leaf => leaf.effect));
  const sources = rules.filter(r => r.id.startsWith('C1.') && counted.has(r.effect));
  if (sources.length) rule.reads = new Set([rule, ...sources].flatMap(r => [...r.reads]));
}
export const ruleById = new Map(rules.map(r => [r.id, r]));
