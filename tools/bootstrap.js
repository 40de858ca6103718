/**
 * Runs before every root script, on whatever Node (20 or newer) and npm the machine has: installs the locked
 * dependencies when they are missing or stale, and sees to it that the scripts run on the locked Node 24.
 * Plain Node only: nothing is installed yet.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (/** @type {string[]} */ ...path) => join(root, ...path);
const stampFile = at('node_modules', '.throughline-stamp');
const lockFile = at('.installing');
const lockedNode = `node-${process.platform}-${process.arch}`;

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const major = (/** @type {string} */ version) => Number(version.replace(/^v/, '').split('.')[0]);

function wantedStamp() {
  const hash = createHash('sha256').update(readFileSync(at('package-lock.json')));
  for (const name of readdirSync(at('patches')).toSorted()) hash.update(readFileSync(at('patches', name)));
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A package of our own that is new in the lock needs no more than a link. */
function linkPackage(/** @type {string} */ path, /** @type {string} */ resolved) {
  if (existsSync(at(path))) return true;
  if (!existsSync(at('node_modules')) || !existsSync(at(resolved))) return false;
  mkdirSync(dirname(at(path)), { recursive: true });
  rmSync(at(path), { force: true });
  symlinkSync(relative(dirname(at(path)), at(resolved)), at(path));
  return true;
}

/** Whether node_modules holds what the lock wants, by an earlier or another install; then nothing is installed anew. */
function agreesWithLock() {
  const installed = JSON.parse(read(at('node_modules', '.package-lock.json')) || '{"packages":{}}').packages;
  const locked = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, link, resolved, optional, devOptional }]) => {
    if (!path.includes('node_modules/')) return true;
    if (link) return linkPackage(path, resolved);
    // npm notes there also what `--package-lock-only` did not install.
    return installed[path] ? installed[path].version === version && existsSync(at(path)) : optional || devOptional;
  });
}

/** Mends what the patches are for, where that is not done yet; impossible where another patch was there before. */
function isPatched() {
  const patch = at('node_modules', 'patch-package', 'index.js');
  return spawnSync(process.execPath, [patch, '--error-on-fail'], { cwd: root }).status === 0;
}

const isReady = () => read(stampFile) === wantedStamp();

/** Makes ready what is there without installing it anew, if that is all it takes. */
function isMadeReady() {
  if (isReady()) return true;
  if (!agreesWithLock() || !existsSync(at('node_modules', lockedNode)) || !isPatched()) return false;
  writeFileSync(stampFile, wantedStamp());
  return true;
}

/** The npm that runs this script, on the Node it runs on: that of node_modules is about to be replaced. */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  return script && basename(script) === 'npm-cli.js' ? [node, script] : ['npm'];
}

function install() {
  process.stderr.write('Installing the locked dependencies …\n');
  const [command = 'npm', ...first] = npm();
  const options = ['--prefer-offline', '--loglevel=error', '--include=dev', '--include=optional'];
  const { status, error } = spawnSync(command, [...first, 'ci', ...options], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    fail(`The dependencies could not be installed${error ? `: ${error.message}` : '; npm says why above'}.`);
  writeFileSync(stampFile, wantedStamp());
}

/** @param {string} pid */
function isAlive(pid) {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** Two scripts started at once in a bare clone must not install over each other: the lock is a link that names its holder. */
async function holdLock() {
  for (;;) {
    try {
      return symlinkSync(String(process.pid), lockFile);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    let holder = '';
    try {
      holder = readlinkSync(lockFile);
    } catch {
      continue;
    }
    if (isAlive(holder)) await sleep(250);
    else rmSync(lockFile, { force: true });
  }
}

/** Both platforms' packages bring a `node`, so npm 10 links none and others may link the wrong one. */
function linkNode() {
  const binary = join('..', lockedNode, 'bin', 'node');
  const link = at('node_modules', '.bin', 'node');
  if (!existsSync(at('node_modules', lockedNode))) return rmSync(link, { force: true });
  try {
    if (readlinkSync(link) === binary) return;
  } catch {
    // No link yet.
  }
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(binary, link);
}

function assertNode24() {
  const link = at('node_modules', '.bin', 'node');
  const version = existsSync(link) ? String(spawnSync(link, ['--version']).stdout ?? '').trim() : process.version;
  if (version.startsWith('v24.')) return;
  if (major(process.version) >= 24) return rmSync(link, { force: true });
  fail(
    `Throughline runs on Node 24, which no package brings for ${process.platform} ${process.arch}: install it first.`,
  );
}

if (major(process.version) < 20) fail(`Node 20 or newer is needed to install Throughline; this is ${process.version}.`);
if (!isReady()) {
  await holdLock();
  try {
    if (!isMadeReady()) install();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
linkNode();
assertNode24();
