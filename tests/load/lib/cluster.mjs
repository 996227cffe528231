// A PostgreSQL of our own for a benchmark: Unix socket only, in a temporary directory, durable as the private cluster of
// the service is (fsync and synchronous_commit on), as the postgres user where started by root.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { cpu } from './measure.mjs';

const TICKS = 100; // of /proc/PID/stat a second, on every Linux
const isRoot = process.getuid() === 0;

function findBin() {
  const named = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const bin = [named, ...versions.map(v => `/usr/lib/postgresql/${v}/bin`)].find(dir => dir && existsSync(`${dir}/initdb`));
  if (!bin) throw new Error('no PostgreSQL server here: apt-get install postgresql');
  return bin;
}

/** Environment of libpq's tools without what the caller has set for somebody else's database. */
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));

export class Cluster {
  constructor() {
    this.bin = findBin();
    this.dir = mkdtempSync(`${tmpdir()}/unknot-load-`);
    if (isRoot) execFileSync('chown', ['postgres:', this.dir]);
    chmodSync(this.dir, 0o755);
    const settings = ['-k', this.dir, '-c', "listen_addresses=''", '-c', 'unix_socket_permissions=0777',
      '-c', 'max_connections=100', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=4GB'].join(' ');
    this.asPostgres(`${this.bin}/initdb`, '-D', `${this.dir}/data`, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8');
    this.asPostgres(`${this.bin}/pg_ctl`, '-D', `${this.dir}/data`, '-l', `${this.dir}/log`, '-w', '-o', settings, 'start');
    this.postmaster = Number(readFileSync(`${this.dir}/data/postmaster.pid`, 'utf8').split('\n')[0]);
    this.sql('CREATE DATABASE unknot', 'postgres');
  }

  asPostgres(program, ...args) {
    const [command, words] = isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];
    const run = spawnSync(command, words, { cwd: '/', env: clean, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
    if (run.status !== 0) throw new Error(`${program}: ${run.stderr}`);
  }

  url(role) { return `postgresql:///unknot?host=${this.dir}&user=${role}`; }

  /** Runs SQL as the superuser; gives what it printed. */
  sql(text, database = 'unknot') {
    const flags = ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', this.dir, '-U', 'postgres', '-d', database, '-f', '-'];
    return execFileSync(`${this.bin}/psql`, flags, { input: text, env: clean, encoding: 'utf8', maxBuffer: 1 << 26 }).trim();
  }

  /** The postmaster and every process of it. */
  pids() {
    const children = readFileSync(`/proc/${this.postmaster}/task/${this.postmaster}/children`, 'utf8').trim();
    return [this.postmaster, ...children.split(' ').filter(Boolean).map(Number)];
  }

  /** Seconds that all processes of the cluster have spent on a CPU, those that have ended included. */
  cpu() {
    const ended = readFileSync(`/proc/${this.postmaster}/stat`, 'utf8').split(') ')[1].split(' ');
    const live = cpu(this.pids());
    return Object.values(live).reduce((sum, seconds) => sum + seconds, 0) + (Number(ended[13]) + Number(ended[14])) / TICKS;
  }

  stop() {
    this.asPostgres(`${this.bin}/pg_ctl`, '-D', `${this.dir}/data`, '-m', 'fast', '-w', 'stop');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
