// A service with a private PostgreSQL of its own, keys for it, and plans in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { call } from '../../api/lib/http.mjs';
import { ROOT, startService } from '../../api/lib/service.mjs';
import './witness.mjs';

const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
export const intakeOf = name => JSON.parse(readFileSync(`${ROOT}api/examples/${name}.json`, 'utf8'));

/** { service, key(...flags), plan(ref, more), stop() } */
export async function openClinic(settings = {}) {
  const state = mkdtempSync(`${tmpdir()}/unknot-fhir-`);
  chmodSync(state, 0o755); // the postgres user must get in
  const env = { UNKNOT_DATABASE_URL: '', UNKNOT_STATE_DIR: `${state}/state`, ASAN_OPTIONS: 'detect_leaks=1:exitcode=86' };
  const service = await startService({ env, settings: { 'statement-ms': 5000, ...settings } });
  let number = 0;
  const clinic = {
    service,
    key(...flags) {
      const made = spawnSync(BINARY, ['key', 'create', ...flags], { env: { ...process.env, ...env }, encoding: 'utf8' });
      const key = made.stdout.match(/(unk|pub)_[\w-]+/)?.[0];
      assert.ok(key, `no key: ${made.stdout}${made.stderr}`);
      return key;
    },
    /** A plan made by our own operation. */
    async plan(key, ref, more = {}) {
      const made = await clinic.post(key, '/care-plans', { patient: ref, intake: intakeOf('office-worker'), ...more });
      assert.equal(made.status, 201, made.text);
      return made.json;
    },
    post: (key, target, json) => call(service, 'POST', target,
      { json, headers: { authorization: `Bearer ${key}`, 'idempotency-key': `i-${++number}` } }),
    async stop() {
      await service.stop();
      rmSync(state, { recursive: true, force: true });
    },
  };
  return clinic;
}
