import process, { exit, stderr, stdout } from 'node:process';
import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { briefInWords } from '../commands/brief.ts';
import { clientOf, type Global } from '../global.ts';
import { safe } from '../output.ts';
import { startCrm } from './crm.ts';
import { ann, contact, loop, prepare, type Step } from './demo.ts';

/** Whose data it makes: nobody else's, whatever the environment says. */
const tenant = 'demo';

/** `throughline demo`: the whole loop on made data, in a tenant of its own, with a CRM that it serves itself. */
export const demoCommand = (program: Command): void => {
  program
    .command('demo')
    .description('see the loop on made data: message in, owner and deadline, answer, end, record in a CRM, brief')
    .action(async (_: unknown, command: Command) => {
      if (command.getOptionValueSourceWithGlobals('tenant') === 'cli')
        command.error(`error: the demo makes a tenant of its own, ${tenant}; leave --tenant away`);
      await demo({ ...command.optsWithGlobals<Global>(), tenant });
    });
};

const demo = async (options: Global): Promise<void> => {
  const { json } = options;
  const client = clientOf(options);
  const tell = (value: unknown, words: string): void => void stdout.write(`${json ? JSON.stringify(value) : words}\n`);
  const crm = await startCrm([contact]);
  try {
    await whileConnected(client, prepare(client, tenant, crm), async () => {
      const steps = loop(client, crm);
      let next = await steps.next();
      for (; !next.done; next = await steps.next()) tell(next.value, inWords(next.value));
      tell(next.value, `\n${briefInWords(next.value)}`);
    });
  } finally {
    await crm.close();
  }
  if (!json) tell({}, `\nAll of it: npx throughline timeline ${ann.handle} --all --tenant ${tenant}`);
};

/** However it ends, by Ctrl-C as well, the connection is paused: its CRM is gone in a moment. */
const whileConnected = async (client: Client, connecting: Promise<string>, act: () => Promise<void>): Promise<void> => {
  const pause = async () => client.ask(`/v1/connections/${await connecting}/pause`, { method: 'POST' });
  const stop = () =>
    void pause()
      .catch((error: unknown) => stderr.write(`throughline: ${String(error)}\n`))
      .finally(() => exit(interrupted));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await connecting;
    try {
      await act();
    } finally {
      await pause();
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
};

// As shells say it.
const interrupted = 130;

const inWords = ({ step, says, events }: Step): string =>
  `  ${step.padEnd(12)}${safe(says)}\n              ↳ ${events.join(', ')}`;
