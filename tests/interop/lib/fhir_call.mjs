// A FHIR call whose answer is held against the contract and, body for body, against three validators; and what it says in
// our own words (codes, canonical URLs) must be what the service itself defines.
import assert from 'node:assert/strict';
import { call } from '../../api/lib/http.mjs';
import { assertFhir } from './fhir_validate.mjs';
import './witness.mjs';

const FHIR = 'application/fhir+json';

const CANONICAL = 'https://unknot.example/fhir';
const DEFINED = ['ActivityDefinition', 'PlanDefinition', 'Questionnaire', 'OperationDefinition', 'CodeSystem', 'ValueSet'];
const vocabularies = new Map();

/** Codes by system, and canonical URLs, of the service at `url`; null where it gives nothing without a credential. */
function vocabularyOf(url) {
  if (!vocabularies.has(url)) vocabularies.set(url, (async () => {
    const systems = new Map(), urls = new Set();
    for (const type of DEFINED) {
      const answer = await fetch(`${url}/fhir/${type}`);
      const body = await answer.json();
      if (answer.status === 401) return null;
      for (const { resource } of body.entry) {
        urls.add(resource.url);
        if (type === 'CodeSystem') systems.set(resource.url, new Set(resource.concept.map(c => c.code)));
      }
    }
    return { systems, urls };
  })());
  return vocabularies.get(url);
}

function holdWords(value, { systems, urls }, what) {
  if (typeof value === 'string' && DEFINED.some(type => value.startsWith(`${CANONICAL}/${type}/`)))
    assert.ok(urls.has(value.split('|')[0]), `${what}: nothing is defined at ${value}`);
  if (!value || typeof value !== 'object') return;
  if (typeof value.code === 'string' && systems.has(value.system))
    assert.ok(systems.get(value.system).has(value.code), `${what}: ${value.system} has no ${value.code}`);
  for (const member of Object.values(value)) holdWords(member, { systems, urls }, what);
}

/** fhirCall(service, 'GET', '/fhir/Questionnaire', { json, headers }) -> { status, headers, json, ... } */
export async function fhirCall(service, method, target, options = {}) {
  const headers = { accept: FHIR, ...(options.json !== undefined || options.body !== undefined ? { 'content-type': FHIR } : {}), ...options.headers };
  const answer = await call(service, method, target, { ...options, headers });
  if (!answer.json?.resourceType) return answer;
  assertFhir(answer.json, `${method} ${target} ${answer.status}`);
  const vocabulary = await vocabularyOf(service.url);
  if (vocabulary) holdWords(answer.json, vocabulary, `${method} ${target}`);
  return answer;
}

export const fhirGet = (service, target, headers) => fhirCall(service, 'GET', target, { headers });
export const fhirPost = (service, target, json, headers) => fhirCall(service, 'POST', target, { json, headers });
