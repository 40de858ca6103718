import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './run.ts';

const run = promisify(execFile);

/** A certificate and its key: the paths of PEM files. */
export interface Certified {
  cert: string;
  key: string;
  /** Key and certificate, one after the other. */
  both: string;
}

/** Certificates of 127.0.0.1 for two days, and who vouches for them. */
export interface Certificates {
  /** The path of the authority's own certificate. */
  ca: string;
  server: Certified;
  client: Certified;
}

/** Why this machine can make none, if so. */
export const whyNoCertificates = (): string | undefined =>
  spawnSync('openssl', ['version']).error && 'needs the command openssl';

/** Makes them by `openssl`, in a folder that goes with the run. */
export async function certificates(): Promise<Certificates> {
  const dir = await temporaryFolder();
  const at = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  const subject = (name: string) => ['-nodes', '-newkey', 'rsa:2048', '-keyout', `${name}.key`, '-subj', `/CN=${name}`];
  await openssl('req', '-x509', ...subject('ca'), '-out', 'ca.pem', '-days', '2');
  await writeFile(at('names'), 'subjectAltName=IP:127.0.0.1');

  const certified = async (name: string): Promise<Certified> => {
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    const its = { cert: at(`${name}.pem`), key: at(`${name}.key`), both: at(`${name}.both.pem`) };
    await openssl('req', ...subject(name), '-out', `${name}.csr`);
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
    await writeFile(its.both, (await readFile(its.key, 'utf8')) + (await readFile(its.cert, 'utf8')));
    return its;
  };
  return { ca: at('ca.pem'), server: await certified('server'), client: await certified('client') };
}
