// api/openapi.yaml as a judge: hold() throws unless an answer is one the contract promises.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import YAML from 'yaml';
import { ROOT } from './service.mjs';

export const contractText = readFileSync(`${ROOT}api/openapi.yaml`, 'utf8');
export const contract = YAML.parse(contractText);

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(contract, 'contract', false, false);

const escaped = step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
const pointer = steps => `#${steps.map(step => `/${escaped(step)}`).join('')}`;
const at = steps => steps.reduce((node, step) => node?.[step], contract);

/** Follows $ref; gives the steps to the real thing. */
function resolve(steps) {
  const ref = at(steps)?.$ref;
  return ref ? resolve(ref.slice(2).split('/').map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))) : steps;
}

export const resolved = steps => at(resolve(steps));

const validators = new Map();
/** The errors of a value against the schema at these steps, as text; '' when it is right. */
export function faults(steps, value) {
  const key = pointer(steps);
  if (!validators.has(key)) validators.set(key, ajv.compile({ $ref: `contract${key}` }));
  const validate = validators.get(key);
  if (validate(value)) return '';
  return validate.errors.slice(0, 12)
    .map(e => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`).join('\n');
}

/** All operations: { id, method, path, steps, spec, parameters }. */
export const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, spec]) => ({
    id: spec.operationId,
    method: method.toUpperCase(),
    path,
    spec,
    steps: ['paths', path, method],
    parameters: (spec.parameters ?? []).map((_, i) => resolved(['paths', path, method, 'parameters', String(i)])),
  })));

/** Those of /fhir and /cds-services have tests of their own in tests/interop. */
const native = operations.filter(o => !/^\/(fhir|cds-services)(\/|$)/.test(o.path));
/** Those that need a key and a database (guarded.test.mjs, access.test.mjs), and those that need neither. */
// The link to a calendar is a credential of its own (calendar.test.mjs).
const isLink = o => o.path.startsWith('/calendars/');
const needsCredential = o => o.spec.security?.every(s => Object.keys(s).length > 0) ?? false;
export const guardedOperations = native.filter(needsCredential);
export const openOperations = native.filter(o => !needsCredential(o) && !isLink(o));

export const operation = id => operations.find(o => o.id === id);

/** The path of the contract that a request's path belongs to, or undefined. */
export function pathOf(target) {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').split('?')[0];
  const steps = path.split('/');
  const fits = template => {
    const wanted = template.split('/');
    return wanted.length === steps.length && wanted.every((w, i) => (w.startsWith('{') ? steps[i] !== '' : w === steps[i]));
  };
  if (contract.paths[path]) return path;
  return Object.keys(contract.paths).find(fits);
}

/** What Allow must say for a path of the contract. */
export function methodsOf(path) {
  const methods = Object.keys(contract.paths[path]).map(m => m.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  return [...methods, 'OPTIONS'].sort();
}

// Headers the contract names that only some answers have.
const SOMETIMES = new Set(['last-modified', 'idempotency-replayed', 'link', 'preference-applied', 'ratelimit', 'ratelimit-policy', 'content-language', 'retry-after', 'www-authenticate',
  'content-disposition', 'content-security-policy']);
// Headers of HTTP itself, and of CORS and MIME sniffing, that no contract lists.
const ORDINARY = new Set(['date', 'connection', 'keep-alive', 'content-length', 'content-type', 'content-encoding',
  'transfer-encoding', 'access-control-expose-headers', 'x-content-type-options', 'allow']);
const ALWAYS = ['date', 'traceparent', 'access-control-allow-origin', 'x-content-type-options', 'vary', 'cache-control',
  'server-timing'];

const problemResponse = status => {
  const name = Object.keys(contract.components.responses)
    .find(n => new RegExp(`^${{ 400: 'BadRequest', 404: 'NotFound', 405: 'MethodNotAllowed', 406: 'NotAcceptable',
      408: 'RequestTimeout', 413: 'ContentTooLarge', 414: 'TargetTooLong', 417: 'ExpectationFailed',
      431: 'HeadersTooLarge', 500: 'InternalError', 503: 'Unavailable', 429: 'TooManyRequests' }[status]}$`).test(n));
  return name && ['components', 'responses', name];
};

// Cut off, out of memory for headers: the service says why in a fixed answer of its own, then closes.
const LAST_WORDS = [400, 408, 413, 414, 431];
const isLastWords = ({ status, headers }) => LAST_WORDS.includes(status) && !headers.traceparent && headers.connection === 'close';

function holdHeaders(spec, headers, status) {
  if (isLastWords({ status, headers })) {
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['cache-control'], 'no-store');
    return;
  }
  for (const name of ALWAYS) assert.ok(headers[name] !== undefined, `the header ${name} is missing`);
  const declared = Object.fromEntries(Object.keys(spec.headers ?? {}).map(name => [name.toLowerCase(), spec.headers[name]]));
  for (const [name, value] of Object.entries(headers)) {
    if (ORDINARY.has(name) && !declared[name]) continue;
    assert.ok(declared[name], `the contract does not know the header ${name} of a ${status}`);
    const steps = declared[name].$ref ? declared[name].$ref.slice(2).split('/') : null;
    const schema = [...steps, 'schema'];
    const typed = at(resolve(schema)).type === 'integer' ? Number(value) : value;
    assert.equal(faults(schema, typed), '', `header ${name}: ${value}`);
  }
  for (const name of Object.keys(declared))
    if (!SOMETIMES.has(name) && !/Fhir-ETag$/.test(declared[name].$ref)) assert.ok(headers[name] !== undefined, `the contract's header ${name} is missing`);
  if (status === 429 || status === 503) assert.ok(headers['retry-after'], 'Retry-After is missing');
  if (status === 401) assert.ok(headers['www-authenticate'], 'WWW-Authenticate is missing');
}

function holdProblem(problem, headers, status) {
  assert.equal(problem.status, status, 'status in the body and on the wire');
  assert.equal(problem.type, `/problems/${problem.code.replaceAll('_', '-')}`, 'type and code');
  if (!isLastWords({ status, headers })) assert.equal(problem.trace_id, headers.traceparent.split('-')[1], 'trace_id and traceparent');
  assert.equal(headers['cache-control'], 'no-store', 'a problem is not kept');
  for (const error of problem.errors ?? [])
    assert.ok((error.pointer !== undefined) !== (error.parameter !== undefined), 'an error has one place');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function holdBody(steps, spec, answer) {
  const { headers, body, status } = answer;
  const minimal = headers['preference-applied'] === 'return=minimal';
  if (!spec.content || (minimal && body.length === 0)) {
    assert.equal(body.length, 0, `a ${status} has no body`);
    assert.equal(headers['content-type'], undefined, `a ${status} has no Content-Type`);
    assert.notEqual(status === 304 && headers['content-length'], '0', 'a 304 does not say that the answer is empty');
    return;
  }
  const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  assert.ok(spec.content[type], `the contract does not know the type '${type}' of a ${status}`);
  if (answer.method === 'HEAD') {
    assert.equal(body.length, 0, 'HEAD has no body');
    return;
  }
  if (type !== 'application/pdf') assert.doesNotThrow(() => utf8.decode(body), 'the body is UTF-8');
  const value = /(?<!nd)json$/.test(type) ? JSON.parse(answer.text) : answer.text;
  // Of the two views, the one it says it is: "neither of both fits" would help nobody.
  const view = { full: 'FullAnswer', brief: 'BriefAnswer' }[value.view];
  const broken = (view && faults(['components', 'schemas', view], value)) || faults([...steps, 'content', type, 'schema'], value);
  if (broken) assert.fail(`the body breaks the contract\n${broken}`);
  if (type === 'application/problem+json') holdProblem(value, headers, status);
}

function holdOptions(path, { status, headers, body }) {
  assert.equal(status, 204);
  assert.equal(body.length, 0);
  for (const name of ALWAYS) assert.ok(headers[name] !== undefined, `the header ${name} is missing`);
  if (path) assert.deepEqual(headers.allow.split(', ').sort(), methodsOf(path), 'Allow');
}

function judge(method, target, answer) {
  const { status, headers } = answer;
  const path = pathOf(target);
  if (method === 'OPTIONS' && status === 204) return holdOptions(path, answer);
  const item = path && contract.paths[path];
  const verb = (method === 'HEAD' ? 'GET' : method).toLowerCase();
  const answers = item?.[verb] && ['paths', path, verb, 'responses'];
  const range = `${String(status)[0]}XX`;
  let steps = answers && [...answers, at([...answers, range]) && !at([...answers, String(status)]) ? range : String(status)];
  if (steps) assert.ok(at(steps), `${item[verb].operationId} does not answer ${status}`);
  else steps = /^\/fhir(\/|\?|$)/.test(target) ? ['components', 'responses', 'FhirOutcome'] : problemResponse(status);
  assert.ok(steps, `no operation here, so no ${status}`);
  if (!item) assert.ok(status !== 405, '405 needs a path that exists');
  if (status === 405) assert.deepEqual(headers.allow.split(', ').sort(), methodsOf(path), 'Allow');
  const place = resolve(steps);
  holdHeaders(at(place), headers, status);
  holdBody(place, at(place), answer);
}

/** Called with every answer that is held (tests/interop/lib/witness.mjs). */
export const witnesses = [];

/** Throws, with the request and the answer, unless the contract allows this answer to this request. */
export function hold(method, target, answer) {
  for (const see of witnesses) see(method, target, answer);
  try {
    judge(method, target, { ...answer, method });
  } catch (error) {
    error.message = `${method} ${target.slice(0, 200)} -> ${answer.status}\n${error.message}\n${(answer.text ?? '').slice(0, 600)}`;
    throw error;
  }
}
