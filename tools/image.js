/**
 * Puts together what one service runs on, built: `node tools/image.js SERVICE FOLDER`. The packages that it is made of,
 * and of the installed ones those that they need at run time, the patched ones patched. For deploy/Dockerfile.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './node24.js';

const parts = ['dist', 'migrations', 'bin'];

/** @param {string} file */
const manifestAt = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** @param {string} reason @returns {never} */
function refuse(reason) {
  process.stderr.write(`${reason}\nnode tools/image.js SERVICE FOLDER\n`);
  process.exit(2);
}

const manifests = globSync('{libs,services}/*/package.json', { cwd: root });
/** @type {Map<string, string>} The folder of each package of ours by its name. */
const folders = new Map(manifests.map((file) => [manifestAt(file).name, dirname(file)]));

/** @param {string} name @param {Set<string>} found @returns {Set<string>} it and all of ours that it is made of */
function madeOf(name, found = new Set()) {
  const folder = folders.get(name);
  if (folder === undefined || found.has(name)) return found;
  found.add(name);
  for (const other of Object.keys(manifestAt(join(folder, 'package.json')).dependencies ?? {})) madeOf(other, found);
  return found;
}

const [service = '', target = ''] = process.argv.slice(2);
const name = `@throughline/${service}`;
if (target === '') refuse('Which service, and into which folder?');
if (!folders.get(name)?.startsWith('services/')) refuse(`There is no service ${service}.`);

/** @param {string} file */
function copy(file) {
  mkdirSync(join(target, dirname(file)), { recursive: true });
  cpSync(join(root, file), join(target, file), { recursive: true });
}

for (const file of ['package.json', 'package-lock.json', 'patches', ...manifests]) if (existsSync(join(root, file))) copy(file); // prettier-ignore
const packages = [...madeOf(name)].map((one) => folders.get(one) ?? '');
// The page that timeline serves is not a package that it imports.
if (service === 'timeline') packages.push('services/console');
for (const folder of packages)
  for (const part of parts) if (existsSync(join(root, folder, part))) copy(join(folder, part));

/** @param {string} command @param {string[]} args */
function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: target, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// Optional are another Node and a PostgreSQL, of no use here, and the binary of koffi, which is: it is copied. No package's
// own script is run: koffi's would build that binary where it is missing, and the patches are made by name.
run('npm', 'ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--include-workspace-root', '--no-audit', '--no-fund', '-w', name); // prettier-ignore
copy('node_modules/@koromix');
run(process.execPath, 'node_modules/patch-package/index.js', '--error-on-fail');
