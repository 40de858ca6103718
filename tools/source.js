/**
 * The development loader: `node --conditions=source --import ./tools/source.js file.ts` runs any file of the workspace
 * from source. Node's own type stripping knows no decorators, so SWC compiles; the result is kept by content, so that
 * a second start compiles nothing.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core/package.json' with { type: 'json' };
import { swcOptions } from './swc.js';

const cache = fileURLToPath(new URL('../node_modules/.cache/throughline/', import.meta.url));
const require = createRequire(import.meta.url);
const salt = swc.version + JSON.stringify(swcOptions);

mkdirSync(cache, { recursive: true });
// What V8 makes of it all is kept as well, libraries included.
enableCompileCache(join(cache, 'v8'));
// Those of what is ours: reading the maps of every library as well takes an eighth of a start.
setSourceMapsSupport(true);

/** @param {string} filename */
function compiled(filename) {
  const text = readFileSync(filename, 'utf8');
  const kept = join(cache, `${createHash('sha256').update(`${salt}\0${filename}\0${text}`).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    // Not loaded where all is kept, as at most starts. The source itself is beside what is kept, and not in its map.
    const { transformSync } = /** @type {typeof import('@swc/core')} */ (require('@swc/core'));
    const { code } = transformSync(text, { ...swcOptions, filename, sourceMaps: 'inline' });
    keep(kept, code);
    return code;
  }
}

/**
 * Renamed into place, so that two processes starting at once never read half a file.
 *
 * @param {string} file
 * @param {string} code
 */
function keep(file, code) {
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, code);
  renameSync(fresh, file);
}

registerHooks({
  // What a module imports by a path is that file: Node would look at the disk for each, and for links on the way to it.
  resolve(specifier, context, nextResolve) {
    const { parentURL, conditions } = context;
    const isPath = /^\.\.?\//.test(specifier) && conditions.includes('import');
    if (!isPath || !parentURL?.startsWith('file:')) return nextResolve(specifier, context);
    return { url: new URL(specifier, parentURL).href, shortCircuit: true };
  },
  load(url, context, nextLoad) {
    if (!/\.tsx?(\?|$)/.test(url) || !url.startsWith('file:')) return nextLoad(url, context);
    return { format: 'module', shortCircuit: true, source: compiled(fileURLToPath(url)) };
  },
});
