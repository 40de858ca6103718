import { fakeEndpoint } from '@throughline/testing';

// A CRM in a process of its own, to be killed: what it took is in its journal.
const { port, journal, contacts } = JSON.parse(process.argv[2] ?? '{}') as {
  port: number;
  journal: string;
  contacts: number;
};
const people = Array.from({ length: contacts }, (_, nth) => ({ id: String(1_000 + nth), mail: `c${nth}@example.com` }));
const { fake } = fakeEndpoint({ journal, people });
process.once('disconnect', () => process.exit());
await fake.start(port);
process.stdout.write(`ready at ${fake.url}\n`);
