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
  running: (app) => Object.values(app.get<Projections>(projections)),
  grpc: {
    'throughline.ledger.v1.LedgerService': LedgerServiceService,
    'throughline.timeline.v1.TimelineService': TimelineServiceService,
  },
});
