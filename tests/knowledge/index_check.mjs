// Holds db/knowledge against the agreed index of rules and ids; see README.md. Names everything that is missing or
// differs without the number of a correction.
import { readFileSync, readdirSync } from 'node:fs';

const knowledge = new URL('../../db/knowledge/', import.meta.url);
const index = new URL('index/', import.meta.url);
const release = name => JSON.parse(readFileSync(new URL(`${name}.json`, knowledge), 'utf8'));
const removed = JSON.parse(readFileSync(new URL('removed.json', import.meta.url), 'utf8'));

/** RFC 4180 -> rows as objects. */
function csv(name) {
  const text = readFileSync(new URL(`${name}.csv`, index), 'utf8');
  const rows = [[]];
  for (const [, cell, end] of text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)) {
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ',') rows.push([]);
  }
  const [head, ...body] = rows.filter(row => row.length > 1);
  return body.map(row => Object.fromEntries(head.map((column, i) => [column, row[i] ?? ''])));
}

let passed = 0;
let failed = 0;
function expect(what, faults) {
  if (faults.length === 0) { passed++; return; }
  failed++;
  for (const fault of faults) console.log(`${what}: ${fault}`);
}

const words = text => text.split(/\s+/).filter(Boolean);
const asSet = list => [...(list ?? [])].sort().join(' ');
const tight = text => text.replace(/\s+/g, '');
const numbered = corrections => Array.isArray(corrections) && corrections.length > 0 && corrections.every(Number.isInteger);

// ---------------------------------------------------------------------------------------------------------------- rules

const list = column => [column, (row, rule) => [asSet(words(row[column])), asSet(rule[column])]];
const number = column => [column, (row, rule) => [row[column], String(rule[column] ?? '')]];
const MEMBERS = [
  ['condition', (row, rule) => [tight(row.condition), tight(rule.condition)]],
  ['effect', (row, rule) => [row.effect, rule.effect]],
  ['clinical_id', (row, rule) => [row.clinical_id, rule.clinical_id ?? '']],
  ...['restricts', 'scope', 'expert_only', 'avoid_areas', 'block_positions', 'modifications'].map(list),
  ...['pressure_cap', 'minutes_max'].map(number),
];

function differences(row, rule) {
  return MEMBERS.flatMap(([name, pair]) => {
    const [wanted, have] = pair(row, rule);
    return wanted === have ? [] : [`${name} is "${have}", the index has "${wanted}"`];
  });
}

const agreed = new Map(csv('rules_index').map(row => [row.rule_id, row]));
const rules = readdirSync(knowledge).filter(name => /^rules_.*\.json$/.test(name)).sort()
  .flatMap(name => release(name.slice(0, -'.json'.length)).rules);
const ruleById = new Map(rules.map(rule => [rule.id, rule]));

for (const [id, row] of agreed) {
  const rule = ruleById.get(id);
  if (!rule) expect(id, numbered(removed[id]) ? [] : ['missing, and removed.json does not say by which correction']);
  else if (removed[id]) expect(id, ['there, although removed.json says it is gone']);
  else {
    const found = differences(row, rule);
    expect(id, found.length === 0 || numbered(rule.corrections) ? [] : found.map(text => `${text}, without a correction`));
  }
}
for (const rule of rules) {
  if (!agreed.has(rule.id)) expect(rule.id, numbered(rule.corrections) ? [] : ['new, without a correction']);
}
for (const id of Object.keys(removed)) {
  if (!agreed.has(id)) expect(id, ['in removed.json, but the index never had it']);
}

// ------------------------------------------------------------------------------------------------------------------ ids

const rowsOf = name => release(name)[name];
const missing = (wanted, have) => wanted.filter(id => !have.includes(id));
const lost = (what, wanted, have) => missing(wanted, have).map(id => `${what} ${id} is gone`);
const byId = name => new Map(rowsOf(name).map(row => [row.id, row]));

const KEYS = { sources: 'key' };
const LISTS = ['findings', 'derived', 'techniques', 'groups', 'areas', 'positions', 'presentations', 'modifications',
  'adverse_events', 'guidance', 'checklists', 'sources'];
for (const name of LISTS) {
  const key = KEYS[name] ?? 'id';
  const have = new Set(rowsOf(name).map(row => row[key]));
  for (const row of csv(name)) expect(`${name} ${row[key]}`, have.has(row[key]) ? [] : ['gone']);
}

const subsequence = (wanted, have) => wanted.reduce((at, id) => (at < 0 ? at : have.indexOf(id, at) + 1 || -1), 0) >= 0;
const findings = byId('findings');
for (const row of csv('findings')) {
  const finding = findings.get(row.id);
  if (!finding) continue;
  const choices = (/(?:^|;)\s*detail=([^;]*)/.exec(row.unit_or_choices)?.[1] ?? '').split('|').map(id => id.trim()).filter(Boolean);
  const have = (finding.choices ?? []).map(choice => choice.id);
  const attributes = row.attribute === 'none' ? [] : row.attribute.split('+');
  const faults = [...lost('choice', choices, have), ...lost('attribute', attributes, finding.attributes)];
  if (faults.length === 0 && !subsequence(choices, have)) faults.push(`the order of its choices changed: ${have.join(' ')}`);
  if (attributes.length > 0) expect(`what ${row.id} can say`, faults);
}

const groups = byId('groups');
for (const row of csv('groups')) expect(`members of ${row.id}`, lost('member', words(row.members), groups.get(row.id)?.members ?? []));

const techniques = byId('techniques');
for (const row of csv('techniques')) {
  const { pressure = {}, minutes = {}, ...technique } = techniques.get(row.id) ?? {};
  const wanted = [row.pressure_min, row.pressure_max, row.default_pressure, row.minutes_min, row.minutes_max, row.training_needed, asSet(words(row.positions))];
  const have = [pressure.min, pressure.max, pressure.default, minutes.min, minutes.max, technique.training_needed, asSet(technique.positions)].map(String);
  expect(`limits of ${row.id}`, String(wanted) === String(have) || numbered(technique.corrections) ? [] : [`${have} is not ${wanted}`]);
}

// By its name, another name of the same medicine, or its class.
const medicines = new Set(rowsOf('medicines').flatMap(m => [m.name, m.atc, ...m.aliases].map(name => `${m.match} ${(name ?? '').toLowerCase()}`)));
for (const name of new Set(csv('medicines').map(row => `${row.match} ${row.ingredient || row.atc}`))) {
  expect(`medicine, ${name}`, medicines.has(name.toLowerCase()) ? [] : ['gone']);
}
const codes = new Set(rowsOf('codes').map(row => `${row.system} ${row.code}`));
for (const name of new Set(csv('codes').map(row => `${row.system} ${row.code}`))) {
  expect(`code ${name}`, codes.has(name) ? [] : ['gone']);
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
