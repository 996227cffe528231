// A body of lines (application/x-ndjson) sent to POST /recommendations: what an intake costs the service, and its memory.
import http from 'node:http';
import { cpu, cpuSince, memoryOf } from './lib/measure.mjs';

const PIECE = 1 << 20;

/** Sends `lines` times the same intake in one request; { us of CPU an intake, rate, bytes answered, grown: KiB }. */
export async function batch(service, { intake, lines, view }) {
  const line = `${intake}\n`, each = Math.max(1, Math.floor(PIECE / line.length)), piece = Buffer.from(line.repeat(each));
  const before = cpu([service.pid]), resident = memoryOf(service.pid), begun = process.hrtime.bigint();
  let bytes = 0, answered = 0;
  await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': line.length * lines, connection: 'close' };
    const request = http.request({ host: service.host, port: service.port, method: 'POST', path: `/recommendations?view=${view}`, headers }, answer => {
      if (answer.statusCode !== 200) reject(new Error(`batch: ${answer.statusCode}`));
      answer.on('data', part => {
        bytes += part.length;
        for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) answered++;
      });
      answer.on('end', resolve).on('error', reject);
    }).on('error', reject);
    let left = lines;
    const send = () => {
      for (let flows = true; left > 0 && flows; left -= each) flows = request.write(left >= each ? piece : piece.subarray(0, left * line.length));
      if (left > 0) request.once('drain', send);
      else request.end();
    };
    send();
  });
  if (answered !== lines) throw new Error(`batch: ${answered} answers to ${lines} lines`);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return {
    us: cpuSince([service.pid], before) / lines * 1e6, rate: lines / seconds, bytes,
    grown: Math.max(0, memoryOf(service.pid, 'VmHWM') - resident),
  };
}
