// A clinic's FHIR server: answers what a test tells it to, and remembers what it was asked.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { prefetchOf } from './cds.mjs';

const KEYS = { Patient: 'patient', Condition: 'conditions', MedicationRequest: 'medicationRequests', MedicationStatement: 'medicationStatements',
  AllergyIntolerance: 'allergies', Observation: 'observations', QuestionnaireResponse: 'answers' };
const EMPTY = { resourceType: 'Bundle', type: 'searchset' };

export class Ehr {
  constructor(server) {
    this.server = server;
    this.asked = []; // { url, headers } of every request
    this.record = [];
    this.special = {}; // resource type -> (request, response) that answers instead
    server.on('request', (request, response) => {
      this.asked.push({ url: request.url, headers: request.headers });
      const type = /^\/fhir\/([A-Za-z]+)/.exec(request.url)?.[1];
      const answer = this.special[type] ?? this.special.all;
      if (answer) answer(request, response);
      else this.json(response, prefetchOf(this.record)[KEYS[type]] ?? EMPTY);
    });
  }

  json(response, value, { status = 200, type = 'application/fhir+json; charset=utf-8', headers = {} } = {}) {
    response.writeHead(status, { 'content-type': type, ...headers }).end(typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** A new test: nothing was asked yet, nothing is special. */
  reset(record, special = {}) {
    this.asked = [];
    this.record = record;
    this.special = special;
  }

  get paths() { return this.asked.map(a => a.url); }

  end() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export async function startEhr({ identity, host = '127.0.0.1' } = {}) {
  const server = identity ? createTlsServer({ cert: identity.certificate, key: identity.key }) : createServer();
  await new Promise(resolve => { server.listen(0, host, resolve); });
  const ehr = new Ehr(server);
  ehr.port = server.address().port;
  ehr.origin = `${identity ? 'https' : 'http'}://${host}:${ehr.port}`;
  ehr.base = `${ehr.origin}/fhir`;
  return ehr;
}
