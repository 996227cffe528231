// How long POST /cds-services/massage-order-sign takes with a prefetch of 200 resources, over one keep-alive connection.
//   node tests/load/cds_bench.mjs [binary] [requests]     (a release build; quiet machine)
// Prints milliseconds as p50, p95, p99 and largest, and the service's own share by Server-Timing; beside them the same for
// GET /livez, which is what the way there and back costs.
import http from 'node:http';
import { startService } from '../api/lib/service.mjs';
import { order, request } from '../interop/lib/cds.mjs';

const [binary = 'build/release/unknot', count = '2000'] = process.argv.slice(2);
const service = await startService({ binary });
const subject = { reference: 'Patient/p1' };
const day = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const CODES = ['M54.50', 'I10', 'E11.42', 'M81.0', 'K21.9', 'F32.9', 'Z34.90', 'J45.909', 'H52.1', 'Q99.9'];
const MEDICINES = ['apixaban 5 mg', 'metformin 500 mg', 'ramipril', 'atorvastatin', 'omeprazole', 'zorblaxin', 'sertraline', 'paracetamol'];
const record = [{ resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1956-03-01' }];
for (let i = 0; i < 80; i++)
  record.push({ resourceType: 'Condition', id: `c${i}`, subject, onsetDateTime: day(100 + i), clinicalStatus: { coding: [{ code: 'active' }] },
    code: { text: `problem ${i}`, coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: CODES[i % CODES.length] }] } });
for (let i = 0; i < 60; i++)
  record.push({ resourceType: 'MedicationRequest', id: `m${i}`, status: i % 3 ? 'active' : 'completed', intent: 'order', subject, authoredOn: day(30 + i),
    medicationCodeableConcept: { text: `${MEDICINES[i % MEDICINES.length]} ${i}` } });
for (let i = 0; i < 59; i++)
  record.push({ resourceType: 'Observation', id: `o${i}`, status: 'final', subject, effectiveDateTime: day(i),
    code: { coding: [{ system: 'http://loinc.org', code: ['8480-6', '777-3', '6301-6', '2345-7'][i % 4] }] },
    valueQuantity: { value: 100 + i, unit: 'x', system: 'http://unitsofmeasure.org', code: i % 4 ? '10*9/L' : 'mm[Hg]' } });
const body = Buffer.from(JSON.stringify(request('order-sign', { record, orders: [order('Deep tissue massage')] })));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const once = (method, path, sent) => new Promise((resolve, reject) => {
  const begun = process.hrtime.bigint();
  const call = http.request({ host: service.host, port: service.port, method, path, agent,
    headers: sent ? { 'content-type': 'application/json', 'content-length': sent.length } : {} }, answer => {
    answer.resume().on('end', () => resolve({ status: answer.statusCode, ms: Number(process.hrtime.bigint() - begun) / 1e6,
      own: Number(/app;dur=([\d.]+)/.exec(answer.headers['server-timing'])?.[1]) }));
  });
  call.on('error', reject).end(sent);
});
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
async function measure(name, method, path, sent) {
  const times = [], own = [];
  for (let i = 0; i < Number(count); i++) {
    const answer = await once(method, path, sent);
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`);
    times.push(answer.ms);
    own.push(answer.own);
  }
  for (const [what, list] of [[name, times], [`${name}, inside`, own]]) {
    const sorted = list.sort((a, b) => a - b);
    console.log(`${what.padEnd(24)} p50 ${at(sorted, 0.5).toFixed(2)}  p95 ${at(sorted, 0.95).toFixed(2)}  p99 ${at(sorted, 0.99).toFixed(2)}  max ${sorted.at(-1).toFixed(2)} ms`);
  }
}
console.log(`${record.length} resources, ${body.length} bytes, ${count} requests`);
await measure('livez', 'GET', '/livez');
await measure('order-sign', 'POST', '/cds-services/massage-order-sign', body);
agent.destroy();
await service.stop();
process.exit(0); // the judges of bodies that came with what it imports would wait for a test's end
