// What the benchmarks measure with: CPU time of processes, medians, a progress bar, tables.
import { readFileSync, readdirSync } from 'node:fs';

/** Seconds a process has spent on a CPU, all threads that still live: the scheduler's own count, in ns. */
function cpuOf(pid) {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.reduce((sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e9;
  } catch {
    return 0; // it has ended
  }
}

/** Seconds on a CPU of several processes; processes that begin later count from 0. */
export const cpu = pids => Object.fromEntries(pids.map(pid => [pid, cpuOf(pid)]));
export const cpuSince = (pids, before) => pids.reduce((sum, pid) => sum + Math.max(0, cpuOf(pid) - (before[pid] ?? 0)), 0);

/** A member of /proc/PID/status in KiB: VmRSS, VmHWM. */
export const memoryOf = (pid, name = 'VmRSS') =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
export const median = values => quantile(values, 0.5);

/** A bar on stderr while something long goes on; a line a tenth where stderr is a file. */
export class Progress {
  constructor(what, total) { Object.assign(this, { what, total, done: 0, begun: Date.now(), tenth: -1 }); this.show(); }

  to(done) { this.done = done; this.show(); }

  show() {
    const part = this.total ? this.done / this.total : 1, width = 30, tenth = Math.floor(part * 10);
    const seconds = ((Date.now() - this.begun) / 1000).toFixed(0);
    const bar = '#'.repeat(Math.round(part * width)).padEnd(width, '.');
    const line = `${this.what.padEnd(28)} [${bar}] ${String(Math.round(part * 100)).padStart(3)} % ${this.done} of ${this.total}, ${seconds} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${part >= 1 ? '\n' : ''}`);
    else if (tenth !== this.tenth) process.stderr.write(`${line}\n`);
    this.tenth = tenth;
  }
}

/** Rows of texts and numbers as columns; the first column to the left, the others to the right. */
export function table(head, rows) {
  const texts = [head, ...rows].map(row => row.map(String));
  const widths = head.map((_, i) => Math.max(...texts.map(row => row[i].length)));
  return texts.map(row => row.map((cell, i) => i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join('  ')).join('\n');
}
