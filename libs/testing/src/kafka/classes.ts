import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { kafkaCluster } from './cluster.ts';
import { whyNoKafka } from './home.ts';
import { isThere, kafkaJars } from './jars.ts';

/**
 * Has Java keep what it makes of the classes that a server loads (class data sharing), so that every later start takes half
 * of the processor time. Once for a user and their Java, beside the jars; a server is started for it, and ended in order.
 * Nothing where servers are containers.
 */
export async function keepClasses(): Promise<void> {
  if (process.env.THROUGHLINE_KAFKA === 'container' || (await whyNoKafka('jars'))) return;
  const { classes } = await kafkaJars();
  if (await isThere(classes)) return;
  const own = `${classes}.${randomUUID()}`;
  const { stop, drop } = await kafkaCluster({ way: 'jars', flags: [`-XX:ArchiveClassesAtExit=${own}`] });
  await stop(1, 'SIGTERM');
  await drop();
  // Where it could not be written, every start does without.
  if (await isThere(own)) await rename(own, classes);
}
