import { stdout } from 'node:process';
import type { Command } from 'commander';
import { briefInWords } from '../commands/brief.ts';
import { clientOf, type Global } from '../global.ts';
import { safe } from '../output.ts';
import { startCrm } from './crm.ts';
import { ann, contact, loop, prepare, type Step } from './demo.ts';

/** `throughline demo`: the whole loop on made data, in a tenant of its own, with a CRM that it serves itself. */
export const demoCommand = (program: Command): void => {
  program
    .command('demo')
    .description('see the loop on made data: message in, owner and deadline, answer, end, record in a CRM, brief')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      await demo({ ...options, tenant: options.tenant || 'demo' });
    });
};

const demo = async (options: Global & { tenant: string }): Promise<void> => {
  const { json, tenant } = options;
  const client = clientOf(options);
  const tell = (value: unknown, words: string): void => void stdout.write(`${json ? JSON.stringify(value) : words}\n`);
  const crm = await startCrm([contact]);
  try {
    const connection = await prepare(client, tenant, crm);
    try {
      const steps = loop(client, crm);
      let next = await steps.next();
      for (; !next.done; next = await steps.next()) tell(next.value, inWords(next.value));
      tell(next.value, `\n${briefInWords(next.value)}`);
    } finally {
      // The CRM is gone in a moment.
      await client.ask(`/v1/connections/${connection}/pause`, { method: 'POST' });
    }
  } finally {
    await crm.close();
  }
  if (!json) tell({}, `\nAll of it: npx throughline timeline ${ann.handle} --all --tenant ${tenant}`);
};

const inWords = ({ step, says, events }: Step): string =>
  `  ${step.padEnd(12)}${safe(says)}\n              ↳ ${events.join(', ')}`;
