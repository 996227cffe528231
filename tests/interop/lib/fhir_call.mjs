// A FHIR call whose answer is held against the contract and, body for body, against three validators.
import { call } from '../../api/lib/http.mjs';
import { assertFhir } from './fhir_validate.mjs';

const FHIR = 'application/fhir+json';

/** fhirCall(service, 'GET', '/fhir/Questionnaire', { json, headers }) -> { status, headers, json, ... } */
export async function fhirCall(service, method, target, options = {}) {
  const headers = { accept: FHIR, ...(options.json !== undefined || options.body !== undefined ? { 'content-type': FHIR } : {}), ...options.headers };
  const answer = await call(service, method, target, { ...options, headers });
  if (answer.json?.resourceType) assertFhir(answer.json, `${method} ${target} ${answer.status}`);
  return answer;
}

export const fhirGet = (service, target, headers) => fhirCall(service, 'GET', target, { headers });
export const fhirPost = (service, target, json, headers) => fhirCall(service, 'POST', target, { json, headers });
