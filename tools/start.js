/** `npm start` and `npm run fleet`: builds what is stale, then runs everything in one process, or each service in its own. */
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isBuilt, markBuilt } from './built.js';
import { node24, nx, root } from './node24.js';
import { isToldToEnd, supervise } from './supervise.js';

async function build() {
  process.stderr.write('Building …\n');
  const output = join(root, 'node_modules/.cache/build.log');
  mkdirSync(dirname(output), { recursive: true });
  const log = openSync(output, 'w');
  const code = await supervise(node24, [nx, 'run-many', '-t', 'build', '--outputStyle=static'], ['ignore', log, log]);
  if (code !== 0) process.stderr.write(readFileSync(output));
  if (isToldToEnd() || code !== 0) process.exit(code);
  markBuilt();
}

process.chdir(root);
if (!isBuilt()) await build();
const [service, ...args] = process.argv.slice(2);
const main = ['--enable-source-maps', join(root, `services/${service}/dist/main.js`), ...args];
// The channel is for the child: it closes when this process is killed outright.
process.exit(await supervise(node24, main, ['ignore', 'inherit', 'inherit', 'ipc']));
