// Whatever client asked: every answer of a service that this process starts comes by here, and each FHIR body among them
// is judged once by all validators, at the end of the file. Importing this is enough; tests/api is watched where its
// answers are held against the contract (UNKNOT_WITNESS=held), for a proxy would spoil what it does to connections.
//   FHIR bodies are: all that /fhir answers, every line of NDJSON, and resources inside other JSON (cards, problems)
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { basename } from 'node:path';
import { after } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { witnesses } from '../../api/lib/contract.mjs';
import { watchers } from '../../api/lib/service.mjs';

/** What /fhir answers in formats of other standards: SMART's configuration, the manifest of an export, problems (RFC 9457). */
function isOther({ target, status, type }) {
  if (type === 'application/problem+json') return true;
  return status === 200 && /^\/fhir\/(\.well-known\/smart-configuration|\$export\/[^/?]+)(\?|$)/.test(target);
}

function* resourcesIn(value) {
  if (!value || typeof value !== 'object') return;
  if (typeof value.resourceType === 'string') yield value;
  else for (const member of Object.values(value)) yield* resourcesIn(member);
}

export class Witness {
  constructor() {
    this.answers = 0;
    this.bodies = new Map(); // digest -> { resource, what }
    this.strange = [];       // what /fhir answered and nobody can judge
  }

  keep(text, resource, what) {
    const digest = createHash('sha256').update(text).digest('base64');
    if (!this.bodies.has(digest)) this.bodies.set(digest, { resource, what });
  }

  /** One answer: { method, target, status, type, text } */
  see(answer) {
    const { method, target, status, type, text } = answer, what = `${method} ${target} -> ${status}`;
    this.answers++;
    if (method === 'HEAD' || !text) return;
    const ofFhir = /^\/fhir(\/|\?|$)/.test(target);
    if (!ofFhir && !(type.includes('json') && text.includes('"resourceType"'))) return;
    try {
      const parts = type.endsWith('ndjson') ? text.trimEnd().split('\n') : [text];
      for (const part of parts) {
        const body = JSON.parse(part);
        if (ofFhir && !isOther(answer)) this.keep(part, body, what);
        else for (const resource of resourcesIn(body)) this.keep(JSON.stringify(resource), resource, what);
      }
    } catch (error) {
      this.strange.push(`${what} (${type}): ${error.message}: ${text.slice(0, 200)}`);
    }
  }

  /** All bodies before all validators: { judged, wrong: ['...'] } */
  async judge() {
    const { faults } = this.bodies.size ? await import('./fhir_validate.mjs') : {};
    const wrong = [...this.strange];
    let judged = 0;
    for (const { resource, what } of this.bodies.values()) {
      const found = faults(resource);
      judged++;
      if (found.length) wrong.push(`${what}: ${found.slice(0, 4).join('; ')}`);
    }
    return { judged, wrong };
  }
}

/** A proxy before the service, which keeps what it says: { address, port, close }, to be called instead. */
export async function tap(service, witness) {
  const agent = new http.Agent({ keepAlive: true });
  const proxy = http.createServer({ keepAliveTimeout: 0 }, (request, answer) => {
    const { method, url: target } = request;
    const onward = http.request({ host: service.host, port: service.port, method, path: target, headers: request.headers, agent }, given => {
      const pieces = [];
      answer.sendDate = false;
      answer.writeHead(given.statusCode, given.statusMessage, given.rawHeaders);
      given.on('data', piece => { pieces.push(piece); answer.write(piece); });
      given.on('error', () => answer.destroy());
      given.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const text = given.headers['content-encoding'] === 'gzip' && bytes.length ? gunzipSync(bytes) : bytes;
        witness.see({ method, target, status: given.statusCode, type: (given.headers['content-type'] ?? '').split(';')[0], text: text.toString('utf8') });
        answer.end();
      });
    });
    onward.on('error', () => answer.destroy());
    request.pipe(onward);
  });
  await new Promise(resolve => { proxy.listen(0, '127.0.0.1', resolve); });
  return { ...proxy.address(), close() { proxy.close(); proxy.closeAllConnections(); agent.destroy(); } };
}

const witness = new Witness(), taps = [];

if (process.env.UNKNOT_WITNESS === 'held')
  witnesses.push((method, target, { status, headers, text }) =>
    witness.see({ method, target, status, type: (headers['content-type'] ?? '').split(';')[0], text: text ?? '' }));
else
  watchers.push(async service => {
    taps.push(await tap({ host: service.host, port: service.port }, witness));
    const { address, port } = taps.at(-1);
    Object.assign(service, { host: address, port, at: `${address}:${port}`, url: `http://${address}:${port}` });
  });

async function judgeAll() {
  const { judged, wrong } = await witness.judge();
  assert.deepEqual(wrong, [], 'FHIR bodies that are none');
  assert.equal(judged, witness.bodies.size, 'a body was seen that nobody judged');
  if (process.env.UNKNOT_WITNESS_REPORT) // the suite adds them up, and misses who did not report
    writeFileSync(`${process.env.UNKNOT_WITNESS_REPORT}/${basename(process.argv[1])}`, `${judged} ${witness.answers}\n`);
}

/** Thrown from a hook it would keep the hooks of the test itself from ending what they began, and the process from ending. */
async function report() {
  for (const { close } of taps) close();
  await judgeAll().catch(error => {
    console.error(error);
    process.exitCode = 1;
  });
}

if (!process.execArgv.includes('--test')) after(report); // the runner sees nothing, its children do
