// The release build of the service on a PostgreSQL of a benchmark: migrated, with a key.
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { ROOT, startService } from '../../api/lib/service.mjs';

export const BINARY = `${ROOT}build/release/unknot`;

function command(env, ...words) {
  const run = spawnSync(BINARY, words, { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`unknot ${words.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

/** { service, key, ask(method, path, body, key), makeKey(...words) } on a fresh cluster. */
export async function startOn(cluster, settings = {}) {
  const env = { UNKNOT_DATABASE_URL: cluster.url('unknot'), UNKNOT_OWNER_URL: cluster.url('postgres') };
  command(env, 'migrate');
  cluster.sql('CREATE ROLE unknot LOGIN IN ROLE unknot_app');
  const makeKey = (...words) => command(env, 'key', 'create', ...words).match(/unk_[\w-]+/)[0];
  const key = makeKey('--tenant', 'load', '--new-tenant');
  const service = await startService({ binary: BINARY, env, settings: { 'statement-ms': 5000, 'idle-seconds': 3600, ...settings } });
  return { service, key, ask: asker(service, key), makeKey };
}

/** Requests over one connection, one after the other. */
function asker(service, ownKey) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return (method, path, body, key = ownKey) => {
    const headers = { authorization: `Bearer ${key}`, 'accept-encoding': 'identity' };
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': `load-${process.hrtime.bigint()}` });
    return new Promise((resolve, reject) => {
      const request = http.request({ host: service.host, port: service.port, method, path, headers, agent }, answer => {
        const pieces = [];
        answer.on('data', piece => pieces.push(piece));
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
          else resolve({ text, json: JSON.parse(text), link: answer.headers.link });
        });
      });
      request.on('error', reject);
      request.end(body && JSON.stringify(body));
    });
  };
}
