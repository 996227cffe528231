// Every operation of the route table, some of its allocations and statements failing once (every.test.mjs has all of a few): a
// clean problem, the right answer, or a cut connection; no leak, no crash, and the next request is answered as the first was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Clinic, bearer, once } from '../api/lib/clinic.mjs';
import { hold } from '../api/lib/contract.mjs';
import { populate, requests, routes } from '../api/lib/requests.mjs';
import { startService } from '../api/lib/service.mjs';
import { Client } from './lib/client.mjs';
import { FAULTY, Page } from './lib/page.mjs';

const MOST = Math.ceil(Number(process.env.UNKNOT_FAULTS_EACH ?? 20) / 4); // places a request
const LAST_WORDS = '{"type":"about:blank","title":"Error"}'; // of a problem for which there is no memory

const page = new Page(), clinic = new Clinic(), w = {};
const right = requests(clinic, w, 'REF-FRESH');
let client;
before(async () => {
  clinic.service = await startService({ binary: FAULTY, env: { ...clinic.env, UNKNOT_FAULTS: page.path }, settings: { 'statement-ms': 5000 } });
  w.clinic = clinic.makeKey();
  client = new Client(clinic.service);
  await populate(clinic, w);
});
after(async () => {
  client?.close();
  await clinic.end();
  page.end();
});

/** Makes the request, arms the fault, sends: the answer, and how many there were to fail. */
async function send(route, what, at) {
  if (/CalendarLink$/.test(route.id)) // a plan has twenty at most, and each that could not be deleted stays
    clinic.sql(`UPDATE unknot.calendar_links SET revoked_at = '2026-01-01' WHERE revoked_at IS NULL AND link_id <> '${w.link.link_id}'`);
  const { target, json, body, headers } = await right[route.id].make('clinic');
  if (what) page.arm(what, at);
  const answer = await client.send(route.method, target, { ...bearer(w.clinic), ...(route.method !== 'GET' && once()), ...headers }, json ?? body);
  const taken = what ? page.disarm(what) : 0;
  if (answer && answer.text.trim() !== LAST_WORDS) {
    const bytes = Buffer.from(answer.text);
    hold(route.method, target, { ...answer, wire: bytes, body: bytes });
  }
  return { answer, taken };
}
const places = count => [...new Set(Array.from({ length: Math.min(MOST, count) }, (_, i) => 1 + Math.round(i * (count - 1) / Math.max(1, Math.min(MOST, count) - 1))))];

test('every operation is here', () => {
  assert.ok(routes.length > 100);
  assert.deepEqual(routes.filter(r => !right[r.id]).map(r => r.id), []);
});

const counted = {};
for (const route of routes)
  for (const what of route.database ? ['memory', 'statements'] : ['memory'])
    test(`${what} for ${route.id}`, async () => {
      await send(route);
      const usual = (await send(route)).answer.status;
      const { taken } = await send(route, what, 0);
      for (const at of places(taken)) {
        const { answer } = await send(route, what, at);
        assert.ok(!answer || answer.status === usual || [500, 503, 504].includes(answer.status) || answer.text.trim() === LAST_WORDS,
          `${at} of ${taken}: ${answer?.status} instead of ${usual}: ${answer?.text.slice(0, 500)}`);
        counted[what] = (counted[what] ?? 0) + 1;
      }
      assert.equal((await send(route)).answer?.status, usual, 'and it goes on');
    });

test('what failed', () => { console.log(`# failures: ${counted.memory} allocations and ${counted.statements} statements over ${routes.length} operations`); });
