// Starts the service itself on a free port, waits until it is ready, keeps its log, and ends it by SIGTERM.
//   const service = await startService();              // settings: { 'request-ms': 200 } become flags
//   await fetch(`${service.url}/techniques`);
//   await service.stop();                              // throws on a sanitizer's words or a bad exit
// Or, in a test file: const service = sharedService();  // started before, stopped after the file's tests
import { spawn } from 'node:child_process';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
const READY_WITHIN_MS = 30_000;
const ENDED_WITHIN_MS = 30_000;
const SANITIZER = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|UndefinedBehaviorSanitizer/;
const SANITIZER_EXIT = 86;

const sleep = ms => new Promise(resolve => { setTimeout(resolve, ms); });
const running = new Set();
/** Called with every service once it listens; may put something before it (tests/interop/lib/witness.mjs). */
export const watchers = [];
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

const parsed = text => {
  try { return JSON.parse(text); } catch { return null; }
};

/** Fails with what the service said, so that a red test explains itself. */
function complaint(service, what) {
  const said = [...service.output, ...service.errors].slice(-40).join('\n');
  return new Error(`${what}${said ? `\n--- the service said ---\n${said}` : ''}`);
}

/** Calls `line` for each whole line of a stream. */
function eachLine(stream, line) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', text => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(line);
  });
  stream.on('end', () => { if (rest) line(rest); });
}

class Service {
  constructor(settings, env, binary, listen) {
    this.output = []; // lines of stdout
    this.errors = []; // lines of stderr
    this.logs = [];   // lines of stdout that are JSON, parsed
    const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    this.child = spawn(binary, ['serve', `--listen=${listen}`, ...flags], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        UNKNOT_DATABASE_URL: 'none', // decisions only, unless the test says otherwise
        ASAN_OPTIONS: `exitcode=${SANITIZER_EXIT}:detect_leaks=1`,
        UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
        TSAN_OPTIONS: `exitcode=${SANITIZER_EXIT}`,
        ...env,
      },
    });
    running.add(this.child);
    this.pid = this.child.pid;
    this.ended = new Promise(resolve => {
      this.child.on('error', error => { this.errors.push(error.message); resolve({ code: null, signal: 'ENOENT' }); });
      this.child.on('close', (code, signal) => resolve({ code, signal }));
    });
    this.ended.then(end => { this.end = end; running.delete(this.child); });
    eachLine(this.child.stdout, line => {
      this.output.push(line);
      const entry = parsed(line);
      if (entry) this.logs.push(entry);
    });
    eachLine(this.child.stderr, line => this.errors.push(line));
  }

  /** The first log entry of this event; waits for it. */
  async event(name, within = READY_WITHIN_MS) {
    for (const end = Date.now() + within; ;) {
      const entry = this.logs.find(e => e.event === name);
      if (entry) return entry;
      if (this.end) throw complaint(this, `the service ended (${this.end.code ?? this.end.signal}) before '${name}'`);
      if (Date.now() > end) throw complaint(this, `no '${name}' within ${within} ms`);
      await sleep(10);
    }
  }

  async untilReady() {
    for (const end = Date.now() + READY_WITHIN_MS; ;) {
      const answer = await fetch(`${this.url}/readyz`, { headers: { connection: 'close' } }).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      if (this.end || Date.now() > end) throw complaint(this, 'the service did not become ready');
      await sleep(20);
    }
  }

  /** SIGHUP; what the log says about it: an entry 'reloaded' or 'reload_refused'. */
  async reload() {
    const seen = this.logs.length;
    this.child.kill('SIGHUP');
    for (const end = Date.now() + READY_WITHIN_MS; ;) {
      const entry = this.logs.slice(seen).find(e => e.event === 'reloaded' || e.event === 'reload_refused');
      if (entry) return entry;
      if (this.end || Date.now() > end) throw complaint(this, 'no answer to SIGHUP');
      await sleep(10);
    }
  }

  /** SIGTERM, then the end; throws unless it is a clean one. */
  async stop() {
    if (!this.end) this.child.kill('SIGTERM');
    let timer;
    const late = new Promise(resolve => { timer = setTimeout(resolve, ENDED_WITHIN_MS, null); });
    const end = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    if (!end) {
      this.child.kill('SIGKILL');
      throw complaint(this, `the service did not end within ${ENDED_WITHIN_MS} ms of SIGTERM`);
    }
    if (SANITIZER.test([...this.errors, ...this.output].join('\n'))) throw complaint(this, 'a sanitizer found something');
    if (end.code !== 0) throw complaint(this, `the service ended with ${end.code ?? end.signal}`);
    return end;
  }

  /** For tests that end the service in their own way. */
  kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.ended;
  }
}

export async function startService({ settings = {}, env = {}, binary = BINARY, listen = '127.0.0.1:0', ready = true, ca } = {}) {
  const service = new Service(settings, env, binary, listen);
  try {
    service.at = (await service.event('listening')).at;
    service.ca = ca; // it speaks TLS with a certificate that these vouch for
    service.url = `${ca ? 'https' : 'http'}://${service.at}`;
    service.host = service.at.slice(0, service.at.lastIndexOf(':'));
    service.port = Number(service.at.slice(service.at.lastIndexOf(':') + 1));
    for (const watch of watchers) await watch(service);
    if (ready && !ca) await service.untilReady();
  } catch (error) {
    service.child.kill('SIGKILL');
    throw error;
  }
  return service;
}

/** One service for all tests of a file: its members are there once the first test runs. */
export function sharedService(options) {
  const shared = {};
  let service;
  before(async () => {
    service = await startService(options);
    Object.setPrototypeOf(shared, service);
  });
  after(() => service?.stop());
  return shared;
}
