import type { z } from 'zod';
import type { Fake } from '@throughline/testing';
import type { Crm, CrmSession } from '../src/crms/crm.ts';
import { outbound } from '../src/outbound/outbound.ts';

type Opened = { readonly session: CrmSession; readonly close: () => Promise<void> };

/** A session of a kind of CRM on a fake; what is slow there is too late after three seconds. */
export const opened = <Schema extends z.ZodType>(
  crm: Crm<Schema>,
  { fake, secret, settings = {} }: { fake: Fake; secret: string; settings?: unknown },
): Opened => {
  const access = { secret, settings: crm.settings.parse(settings) };
  const http = outbound({
    url: fake.url,
    headers: crm.headers(access),
    allowPrivate: true,
    timeoutMs: 3_000,
    secrets: [secret],
  });
  return {
    session: crm.open(access, http),
    close: async () => {
      await fake.stop();
      await http.close();
    },
  };
};
