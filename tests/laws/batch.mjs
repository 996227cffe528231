// Talks to `unknot check --batch -`: one intake a line in, one decision a line out, in the same order.
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { batchLine } from './reference.mjs';
import { FOLDER, ROOT } from './knowledge.mjs';

/** Command line of all tools here: --unknot PATH | --reference, --count N, --seed S and a few switches. */
export function options(extra = {}) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      unknot: { type: 'string', default: process.env.UNKNOT ?? `${ROOT}build/release/unknot` },
      reference: { type: 'boolean', default: false },
      count: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      ...extra,
    },
  });
  return { ...values, count: Number(values.count), seed: Number(values.seed), files: positionals };
}

/** The one that decides: an async function from many intakes to as many answers. */
export function decider({ reference, unknot }) {
  return reference ? async intakes => Array.from(intakes, batchLine) : intakes => ask(unknot, intakes);
}

/** Stops when the program has other knowledge inside than the folder these tests read. */
export function sameKnowledge({ reference, unknot }) {
  if (reference || process.env.UNKNOT_KNOWLEDGE) return;
  const hash = env => execFileSync(unknot, ['knowledge', 'hash'], { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
  const [inside, folder] = [hash({}), hash({ UNKNOT_KNOWLEDGE: FOLDER })];
  if (inside !== folder) throw new Error(`${unknot} was built with other knowledge (${inside}) than ${FOLDER} (${folder}): build it again`);
}

/** Answers of the engine. Writing and reading go on side by side, so no pipe ever fills up. */
export async function ask(program, intakes) {
  const child = spawn(program, ['check', '--batch', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  ended.catch(() => {});
  child.stdin.on('error', () => {}); // a dead engine shows in the count of its answers
  const writing = (async () => {
    for (const intake of intakes) {
      if (!child.stdin.write(`${JSON.stringify(intake)}\n`)) {
        await Promise.race([new Promise(done => { child.stdin.once('drain', done); }), ended]);
      }
    }
    child.stdin.end();
  })();
  const answers = [];
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    if (line.trim()) answers.push(JSON.parse(line));
  }
  const code = await ended;
  await writing;
  if (code !== 0) throw new Error(`${program} ended with ${code} after ${answers.length} answers`);
  return answers;
}

const sorted = list => (list.every((x, i) => i === 0 || list[i - 1] <= x) ? list : [...list].sort());
const withoutEmpty = lists => Object.fromEntries(Object.entries(lists).filter(([, l]) => l.length).map(([k, l]) => [k, sorted(l)]));
const MEMBERS = {
  triage: x => x, verdicts: x => x, caps: x => x, areas: withoutEmpty, positions: withoutEmpty, minutes: x => x,
  fired: sorted, doubtful: sorted, open: sorted,
};
const inOrder = value => (value && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value);
const text = value => JSON.stringify(inOrder(value));

/** What differs between two answers: [{ member, a, b }]. Order inside lists does not count; errors compare as errors. */
export function differences(one, two) {
  if (one?.error !== undefined || two?.error !== undefined) {
    return (one?.error !== undefined) === (two?.error !== undefined) ? [] : [{ member: 'error', a: one?.error, b: two?.error }];
  }
  const out = [];
  for (const [member, tidy] of Object.entries(MEMBERS)) {
    const a = one?.[member] === undefined ? undefined : tidy(one[member]);
    const b = two?.[member] === undefined ? undefined : tidy(two[member]);
    if (text(a) !== text(b)) out.push({ member, ...narrow(a, b) });
  }
  return out;
}

/** Only the differing keys of two objects, only the additional items of two lists. */
function narrow(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) return { a: a.filter(x => !b.includes(x)), b: b.filter(x => !a.includes(x)) };
  if (a && b && typeof a === 'object') {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(k => text(a[k]) !== text(b[k]));
    const pick = x => Object.fromEntries(keys.map(k => [k, x[k] ?? null]));
    return { a: pick(a), b: pick(b) };
  }
  return { a, b };
}

/** Counts, prints the first failures in full, and ends the program with the closing line. */
export class Tally {
  constructor(shown = 5) { this.passed = 0; this.failed = 0; this.shown = shown; this.kinds = new Map(); }
  pass() { this.passed++; }
  isNew(kind) { return !this.kinds.has(kind); }
  fail(kind, message) {
    this.failed++;
    const seen = (this.kinds.get(kind) ?? 0) + 1;
    this.kinds.set(kind, seen);
    if (seen <= this.shown) console.log(`FAIL ${kind}: ${message}`);
    else if (seen === this.shown + 1) console.log(`FAIL ${kind}: ... more of these are only counted`);
  }
  check(kind, ok, message) {
    if (ok) this.pass();
    else this.fail(kind, typeof message === 'function' ? message() : message);
  }
  close() {
    for (const [kind, number] of this.kinds) if (number > this.shown) console.log(`${number} times: ${kind}`);
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed ? 1 : 0;
  }
}
