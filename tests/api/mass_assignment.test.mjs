// API3 of the OWASP list, for every body of our own API that is written: each column of the database is sent as a member, and
// those that the contract does not give to the caller are refused by name, at the top and in each object inside. (FHIR and CDS
// Hooks let others add members; what of those is kept is tested with them.)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearer, once, sharedClinic } from './lib/clinic.mjs';
import { operation, resolved } from './lib/contract.mjs';
import { call } from './lib/http.mjs';
import { populate, requests, routes } from './lib/requests.mjs';

const w = {};
const clinic = sharedClinic({ prepare: async () => { w.clinic = clinic.makeKey(); await populate(clinic, w); } });
const right = requests(clinic, w, 'REF-MASS');
const AT_ONCE = 50; // a problem lists a hundred places

const columns = () => clinic.sql("SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'unknot' ORDER BY 1").map(([name]) => name);

/** The objects of a body, with what puts members into each of them. */
function* objects(value, pointer = '#', rebuild = x => x) {
  if (Array.isArray(value)) {
    if (value.length) yield* objects(value[0], `${pointer}/0`, x => rebuild([x, ...value.slice(1)]));
  } else if (value && typeof value === 'object') {
    yield [pointer, more => rebuild({ ...more, ...value })];
    for (const [name, member] of Object.entries(value)) yield* objects(member, `${pointer}/${name}`, x => rebuild({ ...value, [name]: x }));
  }
}

/** Of `names`, those that are not refused as members there. */
async function passed(route, request, pointer, fill, names) {
  const kept = [];
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const some = names.slice(i, i + AT_ONCE);
    const answer = await call(clinic.service, route.method, request.target, { json: fill(Object.fromEntries(some.map(name => [name, 'x']))),
      headers: { ...bearer(w.clinic), ...once(), ...request.headers } });
    assert.equal(answer.status, 422, `${route.id} ${pointer}: ${answer.text.slice(0, 300)}`);
    const refused = new Set(answer.json.errors.filter(e => e.code === 'unknown_member').map(e => e.pointer));
    kept.push(...some.filter(name => !refused.has(`${pointer}/${name}`)));
  }
  return kept;
}

const written = routes.filter(r => ['POST', 'PATCH', 'PUT'].includes(r.method) && !/^\/(fhir|cds-services)/.test(r.path));
/** Names of members that the contract gives to the caller, anywhere in the body of an operation. */
function given(node, names = new Set(), seen = new Set()) {
  if (!node || typeof node !== 'object' || seen.has(node)) return names;
  seen.add(node);
  if (typeof node.$ref === 'string') return given(resolved(node.$ref.slice(2).split('/')), names, seen);
  for (const name of Object.keys(node.properties ?? {})) names.add(name);
  for (const inner of Object.values(node)) given(inner, names, seen);
  return names;
}

for (const route of written)
  test(`API3 mass assignment: ${route.id} takes no column that is not the caller's`, async () => {
    const request = await right[route.id].make('clinic');
    assert.ok(request.json, 'a body to try it with');
    const names = columns(), theirs = given(operation(route.id).spec.requestBody);
    assert.ok(names.length > 60, `${names.length} columns`);
    const before = clinic.sql('SELECT count(*), sum(version) FROM unknot.care_plans')[0];
    for (const [pointer, fill] of objects(request.json)) {
      const own = pointer === '#' ? request.json : pointer.slice(2).split('/').reduce((o, part) => o[part], request.json);
      const kept = await passed(route, request, pointer, fill, [...names.filter(name => !(name in own)), 'constructor', 'toString']);
      assert.deepEqual(kept.filter(name => !theirs.has(name)), [], `${route.id} ${pointer}`);
    }
    assert.deepEqual(clinic.sql('SELECT count(*), sum(version) FROM unknot.care_plans')[0], before, 'nothing was stored');
  });
