/** `npm run dev`: everything in one process from source, begun again at every change. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromSource, node24, nx, root } from './node24.js';
import { supervise } from './supervise.js';

const main = join(root, 'services/standalone/src/main.ts');
const args = ['--watch', '--watch-preserve-output', ...fromSource, main, ...process.argv.slice(2)];

process.chdir(root);
// The page is served as built; `npm run dev -w services/console` is the way to work on it.
if (!existsSync('services/console/dist'))
  await supervise(node24, [nx, 'build', '@throughline/console'], ['ignore', 2, 2]);
process.exit(await supervise(node24, args, ['ignore', 'inherit', 'inherit', 'ipc']));
