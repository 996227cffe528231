// Half an hour (UNKNOT_SOAK_MINUTES) of mixed load with faults, against the release build: rounds of writes and reads, and
// in each round single backends die, the database freezes, stops and comes back, and rude clients knock. After every
// round all writes are reckoned; over all rounds memory and open files stay flat.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { get, sleep } from '../api/lib/http.mjs';
import { startService } from '../api/lib/service.mjs';
import { Cluster, makeKey, until } from './lib/cluster.mjs';
import { Readers } from './lib/readers.mjs';
import { Writers } from './lib/writers.mjs';

const MINUTES = Number(process.env.UNKNOT_SOAK_MINUTES ?? 30);
const LOAD_MS = 40_000;     // of a round, before and between its faults
const MORE_MEMORY = 1.15;   // of what it was after the first third
const MORE_FILES = 8;

const cluster = Cluster.start();
const env = { ...cluster.env(), UNKNOT_MIGRATE: 'on' };
let service;
before(async () => { service = await startService({ env }); });
after(async () => {
  await service?.stop();
  cluster.remove();
});

const isUp = async () => /"name":"database","status":"pass"/.test((await get(service, '/readyz')).text);
const resident = () => Number(readFileSync(`/proc/${service.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
const files = () => readdirSync(`/proc/${service.pid}/fd`).length;
const wait = ms => sleep(Math.min(ms, MINUTES * 60_000 / 10));

/** Half a request, bytes that are none, a connection that says nothing: they get what they deserve, nobody else notices. */
function rude() {
  for (const bytes of ['GET /techniques HTT', 'POST /recommendations HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '']) {
    const socket = net.connect({ host: service.host, port: service.port });
    socket.on('error', () => {});
    if (bytes) socket.write(Buffer.from(bytes, 'latin1'));
    setTimeout(() => socket.resetAndDestroy(), 3000);
  }
}

const FAULTS = [
  async () => cluster.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'unknot'", 'postgres'),
  async () => { cluster.freeze(); await sleep(3000); cluster.thaw(); },
  async () => { cluster.stop('immediate'); await sleep(2000); cluster.start(); },
  async () => { for (let i = 0; i < 25; i++) rude(); },
];

async function round(number, t) {
  const key = makeKey(env, '--tenant', `round-${number}`, '--new-tenant');
  const writers = new Writers(service, key, `round-${number}`, 2);
  const readers = new Readers(service, { 'no key': {}, 'a key': { authorization: `Bearer ${key}` } });
  for (const fault of FAULTS) {
    await wait(LOAD_MS / FAULTS.length);
    await fault();
    await until('the database is seen again', isUp);
  }
  await wait(LOAD_MS / FAULTS.length);
  await writers.stop();
  const samples = await readers.stop();
  const figures = await writers.reckon();
  const unanswered = samples.filter(s => s.status !== 200);
  assert.deepEqual(unanswered.slice(0, 5).map(s => `${s.what}: ${s.status}`), [], 'stateless answers');
  await sleep(4000); // the rude are gone
  const seen = { resident: resident(), files: files(), acknowledged: figures.acknowledged, samples: samples.length };
  t.diagnostic(`round ${number}: ${figures.text}; ${samples.length} stateless answers; ${seen.resident} KiB, ${seen.files} files`);
  return seen;
}

test(`${MINUTES} minutes of load and faults: nothing lost, memory and files flat`, { timeout: (MINUTES + 10) * 60_000 }, async t => {
  const end = Date.now() + MINUTES * 60_000;
  const rounds = [];
  while (Date.now() < end || rounds.length < 3) rounds.push(await round(rounds.length + 1, t));
  const early = rounds[Math.floor(rounds.length / 3)], last = rounds.at(-1);
  const sum = member => rounds.reduce((total, r) => total + r[member], 0);
  t.diagnostic(`soak: ${rounds.length} rounds, ${sum('acknowledged')} acknowledged writes all found, ${sum('samples')} stateless answers without an error; `
    + `memory of the last round ${(last.resident / early.resident).toFixed(2)} of that after a third`);
  assert.ok(last.resident <= early.resident * MORE_MEMORY, `${early.resident} KiB became ${last.resident} KiB`);
  assert.ok(last.files <= early.files + MORE_FILES, `${early.files} open files became ${last.files}`);
});
