/** Builds the package in the current folder: `src` to `dist` by SWC, no specs, with the files that the code reads. */
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { swcOptions } from './swc.js';

const assets = new Set(['.sql', '.proto', '.json']);
const options = { ...swcOptions, jsc: { ...swcOptions.jsc, rewriteRelativeImportExtensions: true }, sourceMaps: true };

/** @param {string} file */
async function build(file) {
  const target = join('dist', file);
  mkdirSync(dirname(target), { recursive: true });
  if (assets.has(extname(file))) cpSync(join('src', file), target);
  if (extname(file) === '.ts') await compile(file, target.replace(/\.ts$/, '.js'));
}

/**
 * @param {string} file
 * @param {string} target
 */
async function compile(file, target) {
  const { code, map } = await transformFile(join('src', file), { ...options, outputPath: target });
  writeFileSync(target, `${code}//# sourceMappingURL=${target.split('/').at(-1)}.map\n`);
  writeFileSync(`${target}.map`, map ?? '');
}

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
await Promise.all(
  globSync('**/*.*', { cwd: 'src', exclude: (name) => /\.spec\.tsx?$|(^|\/)conformance(\.ts)?$/.test(name) }).map(
    build,
  ),
);
