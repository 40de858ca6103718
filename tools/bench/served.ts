/** One service in a process of its own, so that who asks and who answers do not share an event loop. Started by `serve`. */
import { CaptureModule, captureProblems } from '@throughline/capture';
import { LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { ledgerFeed } from '@throughline/feed';
import { type Auth, boot, digestOf, logger, rightsOf } from '@throughline/host';
import { postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { beside } from '@throughline/service';
import { TimelineModule, timelineProblems } from '@throughline/timeline';
import { tenant } from './events.ts';
import type { ServedAt, Wanted } from './serve.ts';

process.once('message', (wanted: Wanted) => void start(wanted));
process.once('disconnect', () => process.exit());

const timelineGrpc = { 'throughline.ledger.v1.LedgerService': LedgerServiceService };

const authBy = (roles: NonNullable<Wanted['roles']>): Auth => ({
  keys: async (digest) => {
    const found = Object.entries(roles).find(([key]) => digestOf(key).equals(digest));
    return found && { tenant, actor: 'bench', rights: rightsOf(found[1], tenant) };
  },
});

const start = async ({ service, urls, keys: place, roles }: Wanted): Promise<void> => {
  const keys = await openKeyStore(place);
  const log = logger(service, 'warn');
  const ledger = await postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: service });
  const shared = {
    ledger,
    feed: ledgerFeed(ledger),
    db: connect({ url: urls.service, application: service, max: 16 }),
    projectorDb: connect({ url: urls.projector, application: service, max: 12 }),
    vault: new Vault(keys),
    keys,
    now: () => new Date(),
    log,
  };
  const { urls: served } = await boot({
    name: service,
    modules: [service === 'capture' ? CaptureModule.of(shared) : TimelineModule.of(shared)],
    auth: roles && authBy(roles),
    http: { host: '127.0.0.1', port: 0 },
    grpc: service === 'timeline' ? { host: '127.0.0.1', port: 0, services: timelineGrpc } : undefined,
    tenants: beside(shared.db).tenants,
    problems: { ...captureProblems, ...timelineProblems },
    log,
  });
  const at: ServedAt = { http: served.http, grpc: served.grpc };
  process.send!(at);
};
