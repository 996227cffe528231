// A service with a PostgreSQL of its own, made for one test file: keys, plans and what hangs on them.
//   const clinic = sharedClinic();                       // started before, stopped and cleared away after the file's tests
//   const key = clinic.makeKey('--patient', 'P-1');
//   await clinic.call('GET', '/care-plans', { key });
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before } from 'node:test';
import { call } from './http.mjs';
import { example } from './people.mjs';
import { ROOT, startService } from './service.mjs';

export const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
export const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' };
const KEY = /(unk|pub)_[\w-]+/;
let number = 0;

export const bearer = key => ({ authorization: `Bearer ${key}` });
/** A fresh Idempotency-Key. */
export const once = () => ({ 'idempotency-key': `once-${process.pid}-${++number}` });

export class Clinic {
  constructor() {
    this.state = mkdtempSync(`${tmpdir()}/unknot-clinic-`);
    chmodSync(this.state, 0o755); // the postgres user must get in
    this.env = { UNKNOT_DATABASE_URL: '', UNKNOT_STATE_DIR: `${this.state}/state`, ASAN_OPTIONS: 'detect_leaks=1:exitcode=86' };
  }

  async start(settings = {}) {
    this.service = await startService({ env: this.env, settings: { 'statement-ms': 5000, ...settings } });
    return this.service;
  }

  async end() {
    await this.service?.stop();
    rmSync(this.state, { recursive: true, force: true });
  }

  /** unknot with these words; throws unless it does what it is told. */
  tool(...words) { return this.run(words).stdout; }

  /** All that it says. */
  toolSays(...words) {
    const { stdout, stderr } = this.run(words);
    return stdout + stderr;
  }

  run(words) {
    const done = spawnSync(BINARY, words, { env: { ...process.env, ...this.env }, encoding: 'utf8' });
    assert.equal(done.status, 0, `unknot ${words.join(' ')}: ${done.stdout}${done.stderr}`);
    return done;
  }

  makeKey(...flags) { return this.tool('key', 'create', ...flags).match(KEY)[0]; }

  /** Lines of postmaster.pid: 1 its pid, 5 the directory of its socket. */
  postmaster(line) { return readFileSync(`${this.state}/state/cluster/data/postmaster.pid`, 'utf8').split('\n')[line - 1]; }

  /** The database as the service sees it, for another service beside this one. */
  url(role = 'unknot_app') { return `host=${this.postmaster(5)} user=${role} dbname=unknot`; }

  /** Rows of a statement, as superuser: arrays of texts. */
  sql(statement) {
    const done = spawnSync('psql', ['-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', this.url('postgres'), '-c', statement], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.split('\n').filter(Boolean).map(line => line.split('\t'));
  }

  call(method, target, { key, headers = {}, ...options } = {}) {
    return call(this.service, method, target, { ...options, headers: { ...(key && bearer(key)), ...headers } });
  }

  async made(target, json, options = {}) {
    const answer = await this.call('POST', target, { json, ...options, headers: { ...once(), ...options.headers } });
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  }

  plan(patient, key, more = {}) {
    return this.made('/care-plans', { patient, intake: example('office-worker'), time_zone: 'Europe/London', ...more }, { key });
  }

  session(plan, key, more = {}) {
    return this.made(`/care-plans/${plan.id}/sessions`, { status: 'done', planned_on: '2026-11-20', pressure_used: 3, minutes: 45, pain_before: 6, pain_after: 4, ...more }, { key });
  }

  async etag(target, key) {
    const answer = await this.call('GET', target, { key });
    assert.equal(answer.status, 200, answer.text);
    return answer.headers.etag;
  }
}

/** `prepare(clinic)` runs once the service is there: two hooks of a file do not wait for each other. */
export function sharedClinic({ settings, prepare } = {}) {
  const clinic = new Clinic();
  before(async () => {
    await clinic.start(settings);
    await prepare?.(clinic);
  });
  after(() => clinic.end());
  return clinic;
}
