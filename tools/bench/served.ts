/** One service in a process of its own, so that who asks and who answers do not share an event loop. Started by `serve`. */
import { CaptureModule, captureProblems } from '@throughline/capture';
import { ledgerFeed } from '@throughline/feed';
import { boot, logger } from '@throughline/host';
import { postgresLedger } from '@throughline/ledger';
import { connect } from '@throughline/postgres';
import { openKeyStore, Vault } from '@throughline/privacy';
import { beside } from '@throughline/service';
import { TimelineModule, timelineProblems } from '@throughline/timeline';
import type { Wanted } from './serve.ts';

process.once('message', (wanted: Wanted) => void start(wanted));
process.once('disconnect', () => process.exit());

const start = async ({ service, urls, keys: place }: Wanted): Promise<void> => {
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
    http: { host: '127.0.0.1', port: 0 },
    tenants: beside(shared.db).tenants,
    problems: { ...captureProblems, ...timelineProblems },
    log,
  });
  process.send!(served.http);
};
