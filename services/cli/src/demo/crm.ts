import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A record as the demo's CRM keeps it. */
export type Kept = {
  readonly id: string;
  readonly ref: string;
  readonly contact: string;
  readonly record: {
    readonly is: string;
    readonly subject?: string;
    readonly body?: string;
    readonly nextStep?: { readonly what?: string } | null;
  };
};

/** A contact that it has from the beginning. */
export type Contact = {
  readonly id: string;
  readonly mail: string;
  readonly owner: { readonly mail: string; readonly name: string };
  readonly tier: string;
  readonly value: number;
  readonly renewal: string;
};

/** A CRM in memory. */
export type DemoCrm = {
  readonly url: string;
  /** What it was told so far. */
  readonly records: readonly Kept[];
  close(): Promise<void>;
};

/** What a connection to it sets: where it looks a contact up, what it is told, and what it knows. */
export const crmSettings = {
  secretIs: 'bearer-token',
  contact: { method: 'GET', path: '/contacts', query: { mail: '{{value}}' } },
  find: { method: 'GET', path: '/records', query: { ref: '{{record.reference}}' } },
  create: {
    method: 'POST',
    path: '/records',
    body: { ref: '{{record.reference}}', contact: '{{contact}}', record: '{{record}}' },
  },
  update: {
    method: 'PUT',
    path: '/records/{{remote}}',
    body: { ref: '{{record.reference}}', contact: '{{contact}}', record: '{{record}}' },
  },
  id: '/id',
  context: {
    method: 'GET',
    path: '/contacts/{{contact}}',
    fields: {
      ownerEmail: '/owner/mail',
      ownerName: '/owner/name',
      tier: '/tier',
      value: '/value',
      renewal: '/renewal',
    },
  },
  settlesWithinMs: 0,
};

/** Serves a CRM with these contacts on a free port of this machine alone, for as long as the demo goes on. */
export const startCrm = async (contacts: readonly Contact[]): Promise<DemoCrm> => {
  const records: Kept[] = [];
  const keep = (told: Omit<Kept, 'id'>, id = String(records.length + 1)): Kept => {
    const kept = { ...told, id };
    const known = records.findIndex((one) => one.id === id);
    if (known < 0) records.push(kept);
    else records[known] = kept;
    return kept;
  };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://crm');
    const id = pathname.split('/')[2];
    if (request.method !== 'GET') return keep(JSON.parse(await text(request)) as Kept, id);
    if (pathname === '/records') return records.filter(({ ref }) => ref === searchParams.get('ref'));
    if (pathname === '/contacts') return contacts.filter(({ mail }) => mail === searchParams.get('mail'));
    return contacts.find((contact) => contact.id === id);
  };
  const server = createServer((request, response) => {
    void answer(request).then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
