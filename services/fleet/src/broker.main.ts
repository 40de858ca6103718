/** The fleet's Kafka, in a process of its own: it ends when whoever started it is gone. */
import { join, resolve } from 'node:path';
import { environment, runProcess, settings } from '@throughline/host';
import { kafkaCluster, NoKafka } from '@throughline/testing';
import { z } from 'zod';

const { THROUGHLINE_DATA_DIR } = environment;
const wanted = settings(z.object({ THROUGHLINE_DATA_DIR }));

const help =
  'Set KAFKA_BROKERS to a Kafka that you have, install Java 17 and Maven, or start Docker. ' +
  '`docker compose up` brings everything in containers, and `npm start` runs everything without Kafka.';

const start = async (): Promise<() => Promise<void>> => {
  const cluster = await kafkaCluster({ dir: join(resolve(wanted.THROUGHLINE_DATA_DIR), 'kafka') }).catch(
    (error: unknown) => {
      throw error instanceof NoKafka ? new NoKafka(`It ${error.message}. ${help}`) : error;
    },
  );
  process.send?.({ brokers: cluster.brokers });
  const watch = setInterval(() => {
    if (cluster.pids().some((pid) => !isAlive(pid))) process.exit(1);
  }, 500);
  return async () => {
    clearInterval(watch);
    await cluster.stop(1, 'SIGTERM');
  };
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

runProcess('Kafka', start, [NoKafka]);
