/** An instance in a process of its own: `instance.ts FOLDER` starts a cluster, tells it in one line, and waits; SIGUSR2 is an error that nobody expects. */
import { startCluster } from '@throughline/postgres';

const { superuser, pid } = await startCluster({ dir: process.argv[2]! });
setInterval(() => {}, 60_000);
process.on('SIGUSR2', () => {
  throw new Error('as expected by the spec');
});
// Last: whoever reads it may send the signal at once.
process.stdout.write(`${JSON.stringify({ superuser, pid })}\n`);
