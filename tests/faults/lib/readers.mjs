// Stateless reads in a thread of their own, so that what the writers do does not blur their times:
// POST /recommendations and GET /techniques/{id}, with and without a key, one connection each.
//   const readers = new Readers(service, keys); ...; const samples = await readers.stop();
// A sample is { at (ms since 1970), ms, status (0: no answer), what }.
import { after } from 'node:test';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { example } from '../../api/lib/people.mjs';
import { Client } from './client.mjs';

const PAUSE_MS = 8;

async function read(client, headers, intake, what, samples, state) {
  for (let n = 0; !state.stopped; n++) {
    const from = performance.now();
    const at = Date.now();
    const answer = n % 2
      ? await client.send('GET', '/techniques/swedish', headers)
      : await client.send('POST', '/recommendations', headers, intake);
    samples.push({ at, ms: performance.now() - from, status: answer?.status ?? 0, what: `${n % 2 ? 'GET technique' : 'POST recommendation'}, ${what}` });
    await new Promise(resolve => { setTimeout(resolve, PAUSE_MS); });
  }
  client.close();
}

if (!isMainThread && workerData?.readers) {
  const { at, callers, intake } = workerData.readers;
  const samples = [], state = { stopped: false };
  const all = Promise.all(Object.entries(callers).map(([what, headers]) => read(new Client(at), headers, intake, what, samples, state)));
  parentPort.once('message', async () => {
    state.stopped = true;
    await all;
    parentPort.postMessage(samples);
  });
}

const all = [];
if (isMainThread) after(() => Promise.all(all.map(readers => readers.worker.terminate()))); // a test that failed left them running

export class Readers {
  /** callers: { 'no key': {}, 'a key': { authorization: ... } } */
  constructor(service, callers) {
    const { host, port } = service;
    this.worker = new Worker(new URL(import.meta.url), { workerData: { readers: { at: { host, port }, callers, intake: example('office-worker') } } });
    all.push(this);
    this.samples = new Promise((resolve, reject) => {
      this.worker.once('message', resolve);
      this.worker.once('error', reject);
    });
  }

  async stop() {
    this.worker.postMessage('stop');
    const samples = await this.samples;
    await this.worker.terminate();
    return samples;
  }
}

export function percentile(samples, share) {
  const sorted = samples.map(s => s.ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
