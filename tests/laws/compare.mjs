// Holds the engine against the reference evaluator, member by member.
// node compare.mjs --unknot PATH --count N --seed S [--pairs] [--show 3]
// --pairs: every pair of findings instead of random intakes (evenly thinned to about N).
import { Tally, ask, differences, options } from './batch.mjs';
import { batchLine } from './reference.mjs';
import { countPairs, every, pairIntakes, randomIntakes } from './intakes.mjs';

const CHUNK = 5000;
const settings = options({ pairs: { type: 'boolean', default: false }, show: { type: 'string', default: '3' } });
const tally = new Tally(Number(settings.show));

function* intakes() {
  if (!settings.pairs) yield* randomIntakes(settings.count, settings.seed);
  else yield* every(Math.max(1, Math.ceil(countPairs() / settings.count)), pairIntakes());
}

async function compare(chunk, first) {
  const answers = settings.reference ? chunk.map(batchLine) : await ask(settings.unknot, chunk);
  chunk.forEach((intake, i) => {
    const found = differences(answers[i], batchLine(intake));
    if (!found.length) tally.pass();
    else {
      const lines = found.map(d => `\n  ${d.member}: engine ${JSON.stringify(d.a)}\n${' '.repeat(d.member.length + 4)}reference ${JSON.stringify(d.b)}`);
      tally.fail(found.map(d => d.member).join('+'), `intake ${first + i}${lines.join('')}\n  ${JSON.stringify(intake)}`);
    }
  });
}

let chunk = [];
let done = 0;
for (const intake of intakes()) {
  chunk.push(intake);
  if (chunk.length === CHUNK) { await compare(chunk, done); done += chunk.length; chunk = []; }
}
await compare(chunk, done);
tally.close();
