// The service whose allocations and statements fail when it is told to (tests/faults/faulty.c).
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ROOT } from '../../api/lib/service.mjs';

export const FAULTY = `${ROOT}build/debug/unknot-faulty`;

/** The page that it reads. */
export class Page {
  constructor() {
    this.dir = mkdtempSync(`${tmpdir()}/unknot-faults-`);
    this.path = `${this.dir}/page`;
    writeFileSync(this.path, Buffer.alloc(4096));
    this.fd = openSync(this.path, 'r+');
  }
  write(place, value) { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(value)); writeSync(this.fd, b, 0, 8, place * 8); }
  read(place) { const b = Buffer.alloc(8); readSync(this.fd, b, 0, 8, place * 8); return Number(b.readBigInt64LE()); }
  /** what: 'memory' or 'statements'; number 0: only count. */
  arm(what, number, { forever = 0, kind = 0 } = {}) {
    const at = what === 'memory' ? 1 : 3;
    this.write(1, 0); this.write(2, 0); this.write(3, 0); this.write(4, 0);
    this.write(at + 1, number); this.write(5, forever); this.write(6, kind); this.write(0, 1);
  }
  disarm(what) { this.write(0, 0); return this.read(what === 'memory' ? 1 : 3); }
  end() { closeSync(this.fd); rmSync(this.dir, { recursive: true }); }
}
