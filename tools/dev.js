/** `npm run dev`: everything in one process from source, begun again at every change. */
import { join } from 'node:path';
import { fromSource, node24, root } from './node24.js';
import { supervise } from './supervise.js';

const main = join(root, 'services/standalone/src/main.ts');
const args = ['--watch', '--watch-preserve-output', ...fromSource, main, ...process.argv.slice(2)];

process.chdir(root);
process.exit(await supervise(node24, args, ['ignore', 'inherit', 'inherit', 'ipc']));
