/**
 * `npm run gen`: TypeScript from proto/, into libs/contracts/src/gen. With `--check` it changes nothing, and fails where
 * what is there differs from what the contracts give.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './node24.js';

const gen = 'libs/contracts/src/gen';
const bin = join(root, 'node_modules/.bin');

/** @param {string[]} args */
const buf = (...args) =>
  execFileSync(join(bin, 'buf'), args, { cwd: root, env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });

/**
 * Beside the messages their descriptors, which gRPC reflection serves.
 *
 * @param {string} folder
 */
function generate(folder) {
  buf('generate', '--output', folder);
  const set = buf('build', '--as-file-descriptor-set', '--exclude-source-info', '--output', '-#format=binpb');
  const text = [
    '// Generated from proto/. DO NOT EDIT.',
    '/** A serialised google.protobuf.FileDescriptorSet of every contract. */',
    `export const descriptors: Buffer = Buffer.from('${set.toString('base64')}', 'base64');`,
  ];
  writeFileSync(join(folder, gen, 'descriptors.ts'), `${text.join('\n')}\n`);
}

/** @param {string} folder */
function contentsOf(folder) {
  const files = globSync('**/*.ts', { cwd: join(folder, gen) }).toSorted();
  return new Map(files.map((file) => [file, readFileSync(join(folder, gen, file), 'utf8')]));
}

function check() {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-gen-'));
  try {
    generate(folder);
    const [wanted, found] = [contentsOf(folder), contentsOf(root)];
    const stale = [...new Set([...wanted.keys(), ...found.keys()])].filter(
      (file) => wanted.get(file) !== found.get(file),
    );
    if (stale.length === 0) return;
    process.stderr.write(`Out of date, run npm run gen:\n${stale.map((file) => `  ${gen}/${file}\n`).join('')}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (!existsSync(join(root, 'proto/throughline'))) process.exit();
if (process.argv.includes('--check')) check();
else generate(root);
