// Certificates for tests, made by openssl in a folder of their own that goes away with the process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KINDS = { ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['-newkey', 'rsa:2048'], ed25519: ['-newkey', 'ed25519'] };

const folders = [];
process.on('exit', () => folders.forEach(path => rmSync(path, { recursive: true, force: true })));

/** An empty folder. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'unknot-test-'));
  folders.push(path);
  return path;
}

/** { certificate, key } as PEM, for localhost and 127.0.0.1 unless `hosts` says otherwise; `name` is the common name. */
export function makeIdentity({ kind = 'ec', name = 'localhost', days = 30, hosts = 'DNS:localhost,IP:127.0.0.1' } = {}) {
  const at = folder();
  execFileSync('openssl', ['req', '-x509', ...KINDS[kind], '-nodes', '-days', String(days), '-subj', `/CN=${name}`,
    '-addext', `subjectAltName=${hosts}`, '-keyout', join(at, 'key'), '-out', join(at, 'certificate')], { stdio: 'pipe' });
  return { certificate: readFileSync(join(at, 'certificate'), 'utf8'), key: readFileSync(join(at, 'key'), 'utf8') };
}
