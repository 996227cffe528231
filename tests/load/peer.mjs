// What people would write instead, on Fastify: node peer.mjs KIND PORT ANSWER.json [DATABASE_URL]
//   rules-engine  POST /recommendations: our rules in json-rules-engine
//   functions     POST /recommendations: our rules as the JavaScript a person would write by hand
//   plans         GET /care-plans/{id}: one SELECT with pg
// Both rule peers only find which rules hold, by plain logic: no doubt, no questions, no what-ifs, no checking of the
// body. Then they print an answer of the very size of ours. So they do less, and are measured against all of it.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import jsonRules from 'json-rules-engine';
import pg from 'pg';
import { derived, rules } from '../laws/knowledge.mjs';
import { parse } from '../laws/condition.mjs';

const [kind, port, answerPath, database] = process.argv.slice(2);
const findings = JSON.parse(readFileSync(new URL('../../db/knowledge/findings.json', import.meta.url))).findings;
const choices = new Map(findings.map(f => [f.id, (f.choices ?? []).map(choice => choice.id)]));
const { areas } = JSON.parse(readFileSync(new URL('../../db/knowledge/areas.json', import.meta.url)));
const sets = new Map(areas.flatMap(area => area.sets ?? []).map(set => [set, areas.filter(area => area.sets?.includes(set)).map(area => area.id)]));
const q = JSON.stringify;

// ---- the rules as JavaScript ----

const SIGNS = { '=': '===', '!=': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** What stands for an answer: its name in the flat facts. */
const nameOf = (id, attribute) => (attribute ? `${id}.${attribute}` : id);

function leafSource(leaf) {
  switch (leaf.op) {
    case 'always': return 'true';
    case 'no_presentation': return 'p.presentations.length === 0';
    case 'no_specific_presentation': return "p.presentations.every(x => x.startsWith('nslbp_'))";
    case 'presentation': return `p.presentations.includes(${q(leaf.id)})`;
    case 'unmatched': return 'p.unmatched';
    case 'missing': return `(f[${q(leaf.id)}] !== true || f[${q(nameOf(leaf.id, leaf.attribute))}] === undefined)`;
    case 'unsure': return `f[${q(leaf.id)}] === null`;
    case 'hits': return `p.hits(${q(leaf.effect)}) >= ${leaf.least}`;
    case 'person': {
      const value = leaf.name === 'pain.areas' ? null : `p[${q(leaf.name)}]`;
      if (!value) return `p['pain.areas'].includes(${q(leaf.value)})`;
      return `${value} ${SIGNS[leaf.sign]} ${leaf.number === null ? q(leaf.value) : leaf.number / 1000}`;
    }
    default: return factSource(leaf);
  }
}

function factSource({ id, attribute, sign, value, number }) {
  if (!attribute) return derived.has(id) ? `d[${q(id)}](f, p, d)` : `f[${q(id)}] === true`;
  const got = `f[${q(nameOf(id, attribute))}]`;
  if (sign === 'has') return sets.has(value) ? `(${got} ?? []).some(a => ${q(sets.get(value))}.includes(a))` : `(${got} ?? []).includes(${q(value)})`;
  if (sign === 'in') return `${q(value)}.includes(${got})`;
  if (number !== null) return `${got} ${SIGNS[sign]} ${number / 1000}`;
  const order = choices.get(id) ?? [];
  if (sign === '=' || sign === '!=') return `${got} ${SIGNS[sign]} ${q(value)}`;
  return `${q(order)}.indexOf(${got}) ${SIGNS[sign]} ${order.indexOf(value)}`;
}

function source(tree) {
  if (tree.op === 'any' || tree.op === 'all') return `(${tree.parts.map(source).join(tree.op === 'any' ? ' || ' : ' && ')})`;
  if (tree.op === 'not') return `!(${source(tree.part)})`;
  if (tree.op === 'count') return `(${tree.parts.map(part => `(${source(part)} ? 1 : 0)`).join(' + ')}) >= ${tree.least}`;
  return leafSource(tree);
}

const written = tree => new Function('f', 'p', 'd', `return ${source(tree)};`);
const trees = rules.map(rule => rule.tree ?? parse(rule.condition));
const facts = Object.fromEntries([...derived].map(([id, row]) => [id, written(row.tree)]));

/** The body as flat facts: true, false, null for not sure; attributes beside. */
function read(body) {
  const f = {};
  for (const { id, state, ...attributes } of body.findings ?? []) {
    f[id] = state === 'present' ? true : state === 'unknown' ? null : false;
    for (const [name, value] of Object.entries(attributes)) f[nameOf(id, name)] = value;
  }
  return { f, p: { age: body.age, sex: body.sex, 'pain.intensity': body.pain?.intensity, 'pain.duration_weeks': body.pain?.duration_weeks,
    'pain.areas': body.pain?.areas ?? [], presentations: body.presentations ?? [], unmatched: false, hits: () => 0 } };
}

function functions() {
  const all = trees.map((tree, i) => ({ id: rules[i].id, holds: written(tree) }));
  return body => {
    const { f, p } = read(body);
    return all.filter(rule => rule.holds(f, p, facts)).map(rule => rule.id);
  };
}

// ---- the rules in json-rules-engine ----

/** Conditions it knows are conditions; what it does not know (counts, lists) is a fact of its own, by the function above. */
function condition(tree, engine, made) {
  if (tree.op === 'any' || tree.op === 'all') return { [tree.op]: tree.parts.map(part => condition(part, engine, made)) };
  if (tree.op === 'not') return { not: condition(tree.part, engine, made) };
  const plain = tree.op === 'fact' && !tree.attribute && !derived.has(tree.id);
  if (plain) return { fact: tree.id, operator: 'equal', value: true };
  const operator = { '<': 'lessThan', '<=': 'lessThanInclusive', '>': 'greaterThan', '>=': 'greaterThanInclusive' }[tree.sign];
  if (tree.op === 'fact' && tree.number !== null && operator) return { fact: nameOf(tree.id, tree.attribute), operator, value: tree.number / 1000 };
  const text = source(tree), name = `computed:${text}`;
  if (!made.has(name)) {
    made.add(name);
    const holds = written(tree);
    engine.addFact(name, async (_, almanac) => { const { f, p } = await almanac.factValue('body'); return holds(f, p, facts); });
  }
  return { fact: name, operator: 'equal', value: true };
}

function rulesEngine() {
  const engine = new jsonRules.Engine([], { allowUndefinedFacts: true });
  const made = new Set();
  trees.forEach((tree, i) => {
    const whole = condition(tree, engine, made);
    engine.addRule({ conditions: whole.all || whole.any || whole.not ? whole : { all: [whole] }, event: { type: rules[i].id } });
  });
  return async body => {
    const read_ = read(body);
    const { events } = await engine.run({ ...read_.f, body: read_ });
    return events.map(event => event.type);
  };
}

// ---- the services ----

const fastify = Fastify({ logger: false, bodyLimit: 1 << 20 });
if (kind === 'plans') {
  const pool = new pg.Pool({ connectionString: database, max: 8 });
  const text = `SELECT version, status, patient_ref, technique, therapist_id, title, goal, document, decision_id, knowledge_version, knowledge_sha256,
    time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count, created_at, created_by, updated_at, deleted_at
    FROM unknot.care_plans WHERE patient_id = $1 AND plan_id = $2`;
  fastify.get('/care-plans/:id', async (request, reply) => {
    const { rows: [row] } = await pool.query({ name: 'plan', text, values: request.params.id.split('.') });
    if (!row || row.deleted_at) return reply.code(404).send({ code: 'not_found' });
    const { document, ...rest } = row;
    reply.header('etag', `"${row.version}"`);
    return { id: request.params.id, ...rest, ...document };
  });
} else {
  const judge = kind === 'rules-engine' ? rulesEngine() : functions();
  const answer = JSON.parse(readFileSync(answerPath, 'utf8'));
  const texts = new Map(answer.fired.map(row => [row.rule, row]));
  fastify.post('/recommendations', async request => {
    const held = await judge(request.body);
    const known = held.filter(id => texts.has(id)).length;
    return { ...answer, held: held.length - known };
  });
}
await fastify.listen({ host: '127.0.0.1', port: Number(port) });
console.log('listening');
process.on('SIGTERM', () => process.exit(0));
