// Holds every file of db/knowledge against its JSON Schema in api/knowledge; rules_*.json share one schema.
import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const knowledge = new URL(`${process.argv[2] ?? "../../db/knowledge"}/`, import.meta.url);
const schemas = new URL("../../api/knowledge/", import.meta.url);
const ERRORS_SHOWN = 20;

const readJson = (name, folder) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const isJson = (name) => name.endsWith(".json");
const schemaFor = (file) => (file.startsWith("rules_") ? "rules" : file.slice(0, -".json".length)) + ".schema.json";

const ajv = new Ajv.default({ allErrors: true, strict: true, strictRequired: false, strictTypes: false, verbose: true });
addFormats.default(ajv);
const known = readdirSync(schemas).filter(isJson);
for (const name of known) ajv.addSchema(readJson(name, schemas), name);

/* "rules/3 (D1.dvt): must have required property 'action'" */
function describe(error, data) {
  const path = error.instancePath.split("/").slice(1);
  const row = path.length > 1 ? data[path[0]]?.[path[1]] : undefined;
  const id = row?.id ?? row?.key ?? row?.name ?? row?.code;
  const extra = error.params.additionalProperty ?? error.params.allowedValues ?? "";
  return `${path.join("/") || "the file"}${typeof id === "string" ? ` (${id})` : ""}: ${error.message} ${extra}`.trimEnd();
}

function faultsOf(file) {
  const schema = schemaFor(file);
  if (!known.includes(schema)) return [`there is no api/knowledge/${schema}`];
  const data = readJson(file, knowledge);
  const validate = ajv.getSchema(schema);
  return validate(data) ? [] : validate.errors.map((error) => describe(error, data));
}

let passed = 0;
let failed = 0;
for (const file of readdirSync(knowledge).filter(isJson).sort()) {
  let faults;
  try {
    faults = faultsOf(file);
  } catch (error) {
    faults = [error.message];
  }
  if (faults.length === 0) passed++;
  else failed++;
  for (const fault of faults.slice(0, ERRORS_SHOWN)) console.log(`${file}: ${fault}`);
  if (faults.length > ERRORS_SHOWN) console.log(`${file}: ... and ${faults.length - ERRORS_SHOWN} more`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
