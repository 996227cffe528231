// Values made from the contract: right ones with ids that are mostly real, nearly right ones, and broken bytes.
//   const { ids, body } = await arbitraries(service);
//   body(operation)           what the contract allows as its body
//   spoiled(body(operation))  one thing in it is changed;  broken(...)  bytes of it are
import fc from 'fast-check';
import { resolved } from './contract.mjs';
import { get } from './http.mjs';

export const pick = list => fc.constantFrom(...list);
const MEDICINES = ['warfarin', 'Aspirin', 'ibuprofène', 'METFORMIN 500mg', 'prednisolone', 'no such thing', 'apixaban', 'Ibuprofen'];
const dates = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }).map(d => d.toISOString().slice(0, 10));
const moments = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true }).map(d => d.toISOString());
const line = fc.oneof(fc.string({ minLength: 1, maxLength: 40 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  .map(text => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '.'));

/** What the release knows, so that ids are often real. */
async function known(service) {
  const listed = async path => (await get(service, path)).json.items;
  const findings = await listed('/findings');
  const knowledge = (await get(service, '/knowledge')).json;
  const ids = {
    finding: findings.map(f => f.id),
    technique: (await listed('/techniques')).map(t => t.id),
    presentation: (await listed('/presentations')).map(p => p.id),
    rule: [...(await listed('/contraindications')).map(r => r.id), 'C1.rf_saddle'],
    area: knowledge.areas.map(a => a.id),
    position: knowledge.positions.map(p => p.id),
    checklist: [...new Set(findings.map(f => f.checklist).filter(Boolean))],
  };
  return { ids, findings };
}

/** By the member it fills, an arbitrary for texts that a rule of the contract calls an id, or gives a form. */
const words = ids => ({
  areas: pick(ids.area), presentations: pick(ids.presentation), none_of: pick(ids.checklist), positions: pick(ids.position), techniques: pick(ids.technique),
  avoid_techniques: pick(ids.technique), rules: pick(ids.rule), findings: pick(ids.finding), role: pick(['doctor', 'physiotherapist', 'midwife']),
  system: pick(['icd10cm', 'snomed', 'icpc2', 'loinc']), code: pick(['M54.5', 'E11.42', 'I26.99', 'Z79.01', 'M81.0', 'X']), text: pick(MEDICINES),
  rxnorm: pick(['11289', '1191', '99999999']), atc: pick(['B01AA03', 'B01A', 'N02', 'H02AB06']), detail: pick(['stable', 'none', 'worsening_over_days', 'osteoporosis']),
  technique: pick(ids.technique), patient: line, title: line, goal: line, notes: line, name: line, certificate: line, register: line, number: line, address: line, activity: line,
  time_zone: pick(['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires', 'Nowhere/Else']), therapist: pick(['t-ann', 't-nobody']), country: pick(['DE', 'GB', 'XX']),
  languages: pick(['en', 'de-AT', 'zh-Hant']), window_from: moments, window_to: moments, taken_at: moments, therapist_id: pick(['t-1', 't-2', 't-ann', 'matches']),
  id: pick(['ae_soreness', 'ae_bruise', 'ae_none', 'ae_chest_breath', 'oncology', ...ids.finding.slice(0, 3)]),
});

/** An answer to a finding, with the attributes it has. */
const answers = (findings, ids) => pick(findings.filter(f => f.asked !== 'derived')).chain(f => fc.record({
  id: fc.constant(f.id), state: pick(['present', 'present', 'absent', 'unknown']),
  ...(f.weeks_ago && { weeks_ago: fc.integer({ min: 0, max: 300 }) }), ...(f.value && { value: fc.integer({ min: Math.ceil(f.value.min), max: Math.floor(f.value.max) }) }),
  ...(f.attributes.includes('areas') && { areas: fc.array(pick(ids.area), { maxLength: 3 }) }),
  ...(f.detail?.length && { detail: pick(f.detail.map(d => d.id ?? d)) }),
}, { requiredKeys: ['id', 'state'] }).map(a => (a.state === 'present' ? a : { id: a.id, state: a.state })));

const uniqueBy = (list, key) => [...new Map(list.map(x => [key(x), x])).values()];

export async function arbitraries(service) {
  const { ids, findings } = await known(service);
  const finding = fc.array(answers(findings, ids), { maxLength: 8 }).map(list => uniqueBy(list, f => f.id));
  const WORDS = words(ids);
  function valid(schema, name = '') {
    if (schema.$ref) schema = { ...resolved(schema.$ref.slice(2).split('/')), ...Object.fromEntries(Object.entries(schema).filter(([k]) => k !== '$ref')) };
    if (schema.enum) return pick(schema.enum);
    if (schema.format === 'date') return dates;
    if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map(type => valid({ ...schema, type }, name)));
    if (schema.anyOf || schema.oneOf) return fc.oneof(...(schema.anyOf ?? schema.oneOf).map(one => valid(one, name)));
    switch (schema.type) {
      case 'null': return fc.constant(null);
      case 'integer': return fc.integer({ min: schema.minimum, max: schema.maximum });
      case 'number': return fc.oneof(fc.integer({ min: schema.minimum, max: schema.maximum }), fc.integer({ min: schema.minimum * 8, max: schema.maximum * 8 }).map(n => n / 8));
      case 'boolean': return fc.boolean();
      case 'string': return WORDS[name] ?? pick(ids.finding);
      case 'array': {
        const item = schema.items.$ref ? resolved(schema.items.$ref.slice(2).split('/')) : schema.items;
        if (name === 'findings' && item.type === 'object') return finding;
        return fc.array(valid(schema.items, name), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems, 12) });
      }
      case 'object': {
        const members = Object.fromEntries(Object.entries(schema.properties).map(([key, child]) => [key, valid(child, key)]));
        return fc.record(members, { requiredKeys: schema.required ?? [] });
      }
      default: return fc.anything();
    }
  }
  const body = operation => valid(Object.values(operation.spec.requestBody.content)[0].schema);
  return { ids, body };
}

// --- nearly right: one thing in it is changed ---
const spoiler = fc.oneof(fc.constant(null), fc.integer(), fc.double(), fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.boolean(),
  fc.constant([]), fc.constant({}), fc.jsonValue({ maxDepth: 3 }), pick(['', ' ', '\u0000', '\ud800', 'a'.repeat(5000), '__proto__', 'rf_sadle', '%s%n', '../..', '1e999', '-0']));
function* spots(value, path = []) {
  yield path;
  if (value && typeof value === 'object') for (const key of Object.keys(value)) yield* spots(value[key], [...path, key]);
}
function changed(value, path, change) {
  if (path.length === 0) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[path[0]] = changed(copy[path[0]], path.slice(1), change);
  return copy;
}
export const spoiled = body => fc.tuple(body, fc.nat(), spoiler, fc.constantFrom('replace', 'add', 'rename', 'twice'), fc.string({ maxLength: 12 })).map(([value, at, other, how, name]) => {
  const all = [...spots(value)];
  return changed(value, all[at % all.length], old => {
    if (how === 'add' && old && typeof old === 'object') return Array.isArray(old) ? [...old, other] : { ...old, [name]: other };
    if (how === 'twice' && Array.isArray(old)) return [...old, ...old, ...old];
    if (how === 'rename' && old && typeof old === 'object' && !Array.isArray(old)) return Object.fromEntries(Object.entries(old).map(([k, v]) => [k + name, v]));
    return other;
  });
});
export const broken = body => fc.tuple(body, fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'flip', 'insert', 'drop'), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 })).map(([value, edits]) => {
  let bytes = Buffer.from(JSON.stringify(value));
  for (const [at, how, byte] of edits) {
    const i = bytes.length ? at % bytes.length : 0;
    if (how === 'cut') bytes = bytes.subarray(0, i);
    else if (how === 'flip' && bytes.length) { bytes = Buffer.from(bytes); bytes[i] ^= byte; }
    else if (how === 'insert') bytes = Buffer.concat([bytes.subarray(0, i), Buffer.from([byte]), bytes.subarray(i)]);
    else bytes = Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)]);
  }
  return bytes;
});
