// Holds the engine against the reference evaluator, member by member; the first of each kind of failure is shown made small.
// node compare.mjs --unknot PATH --count N --seed S [--pairs] [--show 3]
// --pairs: every pair of findings instead of random intakes (evenly thinned to about N).
import { Tally, ask, differences, options, sameKnowledge } from './batch.mjs';
import { batchLine } from './reference.mjs';
import { countPairs, every, pairIntakes, randomIntakes } from './intakes.mjs';
import { minimise } from './minimise.mjs';

const CHUNK = 2500;
const settings = options({ pairs: { type: 'boolean', default: false }, show: { type: 'string', default: '3' } });
sameKnowledge(settings);
const tally = new Tally(Number(settings.show));
const decide = settings.reference ? async chunk => chunk.map(batchLine) : chunk => ask(settings.unknot, chunk);

function* intakes() {
  if (!settings.pairs) yield* randomIntakes(settings.count, settings.seed);
  else yield* every(Math.max(1, Math.ceil(countPairs() / settings.count)), pairIntakes());
}

const kind = found => found.map(d => d.member).join('+');
const show = found => found.map(d => `\n  ${d.member}: engine ${JSON.stringify(d.a)}\n${' '.repeat(d.member.length + 4)}reference ${JSON.stringify(d.b)}`).join('');

async function compare({ chunk, first, answers }) {
  const own = chunk.map(batchLine);
  const theirs = await answers;
  for (let i = 0; i < chunk.length; i++) {
    const found = differences(theirs[i], own[i]);
    if (!found.length) { tally.pass(); continue; }
    if (!tally.isNew(kind(found)) || tally.kinds.size >= 12) { tally.fail(kind(found), `intake ${first + i}`); continue; }
    const small = await minimise(chunk[i], async all => (await decide(all)).map((a, k) => kind(differences(a, batchLine(all[k]))) === kind(found)));
    const [answer] = await decide([small]);
    tally.fail(kind(found), `intake ${first + i}, made small${show(differences(answer, batchLine(small)))}\n  ${JSON.stringify(small)}`);
  }
}

/** The engine works on the next chunk while this one is evaluated here. */
let waiting = null;
async function put(chunk, first) {
  const next = { chunk, first, answers: decide(chunk) };
  next.answers.catch(() => {}); // awaited, and thrown, in compare
  if (waiting) await compare(waiting);
  waiting = next;
}

let chunk = [];
let done = 0;
for (const intake of intakes()) {
  chunk.push(intake);
  if (chunk.length === CHUNK) { await put(chunk, done); done += chunk.length; chunk = []; }
}
await put(chunk, done);
await compare(waiting);
tally.close();
