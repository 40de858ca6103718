/**
 * Completes package-lock.json after an `npm install`: an optional dependency for another platform that npm left out
 * gets its entry, or `npm ci` of npm 11 and 12 refuses the lock and another machine misses its binaries. What a build
 * is for is read from its name (`…-linux-arm64-musl`); integrity is added by npm itself where it installs one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {Record<string, { version?: string, resolved?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} Packages */

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony'];
/** @type {Record<string, string>} */
const processors = { armv7: 'arm' };
for (const cpu of ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64']) processors[cpu] = cpu;

/** @param {string} name */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.map((word) => processors[word]).find(Boolean);
  if (!os || !cpu) throw new Error(`which platform is ${name} for? Add its entry to package-lock.json by hand`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu')) && 'glibc';
  return { cpu: [cpu], ...(os === 'linux' && libc && { libc: [libc] }), os: [os] };
}

/**
 * Whether `name` is found from the package at `at`, looking upwards as Node does.
 *
 * @param {Packages} packages
 * @param {string} at
 * @param {string} name
 */
function isLocked(packages, at, name) {
  for (let folder = at; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder && `${folder}/`}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

/**
 * The optional dependencies that have no entry.
 *
 * @param {Packages} packages
 */
export function* missing(packages) {
  for (const [at, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, at, name)) yield { name, version, dev: entry.dev };
    }
  }
}

/**
 * In npm's own order of keys, so that the next `npm install` changes nothing.
 *
 * @param {string} name
 * @param {string} version
 * @param {boolean | undefined} dev
 */
function entryOf(name, version, dev) {
  if (!/^\d/.test(version)) throw new Error(`${name}@${version} is a range: which version does the lock mean?`);
  const { cpu, libc, os } = platformOf(name);
  return { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, os };
}

function complete() {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = [...missing(lock.packages)];
  for (const { name, version, dev } of added) lock.packages[`node_modules/${name}`] = entryOf(name, version, dev);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${added.length} platform entries added\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) complete();
