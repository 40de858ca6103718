import { stderr, stdin } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from '@throughline/contracts';
import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, when } from '../output.ts';
import { isSure } from '../sure.ts';
import { within } from '../within.ts';
import { customerBy } from './customers.ts';

type Erasure = {
  readonly id: string;
  readonly state: 'erasing' | 'complete';
  readonly waitsFor?: readonly string[];
  readonly certificate?: Certificate;
};
type Options = Global & { yes?: boolean; check?: string; publicKey?: string; within: number };

const everyMs = 500;

/** `throughline erase HANDLE`, and `throughline erase --check FILE`. */
export const eraseCommand = (program: Command): void => {
  program
    .command('erase')
    .description('erase a customer for good, in every store; prints the certificate')
    .argument('[handle]', 'such as email:ann@example.com, or the customer’s id')
    .option('--yes', 'do not ask; without a terminal nobody is asked anyway')
    .option('--within <seconds>', 'how long to wait for the certificate', within(0, 86_400, 'seconds'), 300)
    .option('--check <file>', 'erase nobody: check whether this certificate was signed as it is')
    .option('--public-key <file>', 'the public key to check it with, in PEM; the server’s unless given')
    .action(async (handle: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if ((handle === undefined) === (options.check === undefined))
        command.error('error: it takes a handle, or --check with a certificate');
      const client = clientOf(options);
      if (options.check !== undefined) {
        const { checked } = await import('./certificate.ts');
        return checked(client, options.check, options);
      }
      const customer = await customerBy(client, handle!);
      if (!options.yes && stdin.isTTY && !(await isSure(questionOf(handle!)))) throw new Error('Nothing was erased.');
      const begun = await client.ask<Erasure>(`/v1/customers/${customer}`, { method: 'DELETE' });
      // Kept keys of running processes are forgotten within a minute: told, since nothing else is to be seen meanwhile.
      if (!begun.certificate && !stderr.isTTY)
        stderr.write('The keys are destroyed. The certificate comes when no process holds one: a minute, at most.\n');
      const ended = await completed(client, begun, options.within);
      print(options.json === true, ended.certificate ?? ended, () => inWords(ended, customer));
      if (!ended.certificate) process.exitCode = exit.needsALook;
    });
};

const questionOf = (handle: string): string => `All that ${handle} ever said goes, and cannot be brought back. Erase?`;

/** As it is once it is complete, or once the time is over. */
const completed = async (client: Client, begun: Erasure, within: number): Promise<Erasure> => {
  const deadline = performance.now() + within * 1_000;
  for (;;) {
    const now = await client.ask<Erasure>(`/v1/erasures/${begun.id}`);
    if (now.certificate || performance.now() > deadline) return now;
    if (stderr.isTTY) stderr.write(`\rwaits for ${now.waitsFor?.join(', ') || 'its certificate'}   `);
    await pause(everyMs);
  }
};

const inWords = ({ waitsFor = [], certificate: proof }: Erasure, customer: string): string =>
  proof
    ? [
        `Erased, and complete since ${when(proof.completedAt)} (${proof.erasure}).`,
        ...proof.stores.map(({ name, is, count }) => `  ${name}: ${is}${count === undefined ? '' : ` (${count})`}`),
        `Until ${when(proof.backupsUntil)} a backup of the keys may exist.`,
        // By the id alone: nobody has the handle any more.
        `The certificate, to be kept: throughline erase ${customer} --json`,
      ].join('\n')
    : `Its keys are destroyed; it still waits for ${waitsFor.join(', ') || 'its certificate'}. Look again: throughline erase ${customer}`;
