// A PostgreSQL of the test's own, outside of the service: to be stopped, frozen and killed at will.
// Reachable by Unix socket in a temporary directory only; as the postgres user where the tests run as root.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { sleep } from '../../api/lib/http.mjs';
import { ROOT } from '../../api/lib/service.mjs';

const BINARY = process.env.UNKNOT ?? `${ROOT}build/debug/unknot`;
const ROOT_USER = process.getuid() === 0;
process.once('SIGTERM', () => process.exit(1)); // so that what was started is ended

/** The folder of initdb and postgres, wherever this system keeps them. */
function findBinaries() {
  const told = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').map(v => `/usr/lib/postgresql/${v}/bin`) : [];
  const found = [told, ...versions, '/usr/local/pgsql/bin'].find(dir => dir && existsSync(`${dir}/initdb`) && existsSync(`${dir}/postgres`));
  assert.ok(found, 'no PostgreSQL server found (Debian: apt-get install postgresql)');
  return found;
}
export const BIN = findBinaries();

/**
 * A new folder that the postgres user can get into. In memory where there is room: what is killed here is processes, not
 * machines, and a disk that is slow to sync would only make every crash recovery long.
 */
export function scratch() {
  const memory = existsSync('/dev/shm') ? statfsSync('/dev/shm') : { bavail: 0, bsize: 0 };
  const dir = mkdtempSync(`${memory.bavail * memory.bsize > 1 << 30 ? '/dev/shm' : tmpdir()}/unknot-faults-`);
  chmodSync(dir, 0o755);
  return dir;
}

/** Runs a program to its end, as the postgres user where we are root; throws with what it said. */
export function asPostgres(command, args, options = {}) {
  const [program, all] = ROOT_USER ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];
  const ran = spawnSync(program, all, { cwd: '/', encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.status ?? ran.signal}\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

/** Every process of PostgreSQL that works in this data directory; its first one first. */
export function processesIn(data) {
  const first = Number(existsSync(`${data}/postmaster.pid`) ? readFileSync(`${data}/postmaster.pid`, 'utf8').split('\n')[0] : 0);
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'postgres\n';
    } catch { return false; }
  });
  return pids.sort((a, b) => (b === first) - (a === first));
}

export const signalAll = (pids, signal) => pids.forEach(pid => { try { process.kill(pid, signal); } catch { /* it ended */ } });

/** Runs SQL as a superuser by psql; rows as text. */
export function psql(socketDir, database, sql, user = 'postgres') {
  return asPostgres(`${BIN}/psql`, ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-h', socketDir, '-U', user, '-d', database, '-f', '-'], { input: sql }).trim();
}

export class Cluster {
  constructor(settings) {
    this.settings = { listen_addresses: '', unix_socket_permissions: '0777', fsync: 'off', max_connections: '60', shared_buffers: '32MB', ...settings };
    this.dir = scratch();
    this.data = `${this.dir}/data`;
    if (ROOT_USER) {
      const passwd = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m);
      assert.ok(passwd, "there is no system user 'postgres'");
      chownSync(this.dir, Number(passwd[1]), Number(passwd[2]));
    }
    asPostgres(`${BIN}/initdb`, ['-D', this.data, '-U', 'postgres', '-A', 'trust', '-N', '--encoding=UTF8', '--locale=C.UTF-8']);
  }

  /** A running cluster with the service's roles and an empty database `unknot`. */
  static start(settings = {}) {
    const cluster = new Cluster(settings);
    process.on('exit', () => cluster.remove());
    cluster.start();
    cluster.sql('CREATE ROLE unknot_owner LOGIN; CREATE ROLE unknot_app LOGIN; CREATE DATABASE unknot OWNER unknot_owner', 'postgres');
    return cluster;
  }

  start() {
    const options = Object.entries(this.settings).map(([name, value]) => `-c ${name}='${value}'`).join(' ');
    asPostgres(`${BIN}/pg_ctl`, ['-D', this.data, '-l', `${this.dir}/log`, '-w', '-t', '60', '-o', `-k ${this.dir} ${options}`, 'start'], { stdio: 'ignore' });
  }

  stop(mode = 'fast') {
    asPostgres(`${BIN}/pg_ctl`, ['-D', this.data, '-m', mode, '-w', '-t', '60', 'stop'], { stdio: 'ignore' });
  }

  get pids() { return processesIn(this.data); }
  freeze() { this.frozen = this.pids; signalAll(this.frozen, 'SIGSTOP'); }
  thaw() { signalAll(this.frozen ?? [], 'SIGCONT'); this.frozen = undefined; }
  url(user = 'unknot_app', database = 'unknot', host = this.dir) { return `host=${host} user=${user} dbname=${database}`; }
  sql(text, database = 'unknot', user = 'postgres') { return psql(this.dir, database, text, user); }

  /** How the service and its commands find this one. */
  env({ host = this.dir, database = 'unknot' } = {}) {
    return { UNKNOT_DATABASE_URL: this.url('unknot_app', database, host), UNKNOT_OWNER_URL: this.url('postgres', database) };
  }

  remove() {
    this.thaw();
    signalAll(this.pids, 'SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Runs a command of the program; throws unless it succeeds. */
export function unknot(args, env) {
  const ran = spawnSync(BINARY, args, { encoding: 'utf8', env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=1:exitcode=86', ...env }, maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`unknot ${args.join(' ')}: ${ran.status ?? ran.signal}\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

export function makeKey(env, ...flags) {
  const [key] = unknot(['key', 'create', ...flags], env).match(/(unk|pub)_[\w-]+/) ?? [];
  assert.ok(key, 'no key was printed');
  return key;
}

/** Looks every few milliseconds until it is so; how long that took. */
export async function until(what, isSo, within = 30_000) {
  const from = performance.now();
  for (;;) {
    if (await isSo()) return performance.now() - from;
    assert.ok(performance.now() - from < within, `${what}: not within ${within} ms`);
    await sleep(20);
  }
}
