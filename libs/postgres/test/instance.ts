/** An instance in a process of its own: `instance.ts FOLDER` starts a cluster, tells it in one line, and waits. */
import { startCluster } from '@throughline/postgres';

const { superuser, pid } = await startCluster({ dir: process.argv[2]! });
process.stdout.write(`${JSON.stringify({ superuser, pid })}\n`);
setInterval(() => {}, 60_000);
