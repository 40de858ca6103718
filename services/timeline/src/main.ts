import { LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { beside, serve } from '@throughline/service';
import { migrations, TimelineModule, timelineProblems } from './index.ts';
import { type Projections, projections } from './projections.ts';
import { notaryBy, signing } from './proof/settings.ts';

serve({
  name: 'timeline',
  settings: signing,
  modules: (sources, settings) => [
    TimelineModule.of({ ...sources, quarantined: beside(sources.db).quarantined, notary: notaryBy(settings) }),
  ],
  page: new URL('../../console/dist', import.meta.url),
  problems: timelineProblems,
  schema: { schema: 'timeline', dir: migrations },
  ready: (booted) => ({ projections: () => areBuilt(booted().app.get<Projections>(projections)) }),
  grpc: {
    'throughline.ledger.v1.LedgerService': LedgerServiceService,
    'throughline.timeline.v1.TimelineService': TimelineServiceService,
  },
});

// Until then processes of the older build make the rows that are read: whoever deploys is not to end them yet.
async function areBuilt(all: Projections): Promise<void> {
  const building = Object.entries(all).flatMap(([name, { isBuilt }]) => (isBuilt() ? [] : [name]));
  if (building.length > 0) throw new Error(`are made of this version: ${building.join(', ')}`);
}
