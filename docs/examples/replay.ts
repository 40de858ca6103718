/**
 * Reads a tenant's events over gRPC, and goes on where it was when it is started again: the token of the last answer is
 * kept in a file.
 *
 *     npm install @grpc/grpc-js @grpc/proto-loader
 *     node replay.ts             # Node 24 or newer, beside a copy of proto/
 */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stdout } from 'node:process';
import { credentials, loadPackageDefinition, Metadata, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const {
  THROUGHLINE_GRPC = '127.0.0.1:50051',
  THROUGHLINE_TOKEN,
  TENANT = 'default',
  PROTO = 'proto',
  FILE = 'replay.token',
} = process.env;

type Answer = {
  readonly events: readonly { readonly position: string; readonly type: string; readonly data: string }[];
  readonly resume: string;
};

const file = 'throughline/ledger/v1/ledger.proto';
const { throughline } = loadPackageDefinition(loadSync(file, { includeDirs: [PROTO], longs: String, arrays: true }));
const { LedgerService } = (throughline as { ledger: { v1: { LedgerService: ServiceClientConstructor } } } & object).ledger.v1; // prettier-ignore
const client = new LedgerService(THROUGHLINE_GRPC, credentials.createInsecure());

const metadata = new Metadata();
metadata.set('x-tenant', TENANT);
if (THROUGHLINE_TOKEN) metadata.set('authorization', `Bearer ${THROUGHLINE_TOKEN}`);

const resume = existsSync(FILE) ? readFileSync(FILE, 'utf8') : undefined;
const answers = client['replay']!({ ...(resume && { resume }), types: ['InteractionCaptured'] }, metadata) as AsyncIterable<Answer>; // prettier-ignore
for await (const { events, resume: place } of answers) {
  for (const { position, type, data } of events)
    if (!stdout.write(`${position} ${type} ${data}\n`)) await once(stdout, 'drain');
  // What was made of the events comes first, then the place: nothing is lost between them.
  writeFileSync(FILE, place);
}
client.close();
