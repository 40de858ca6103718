import { LedgerServiceService } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { serve } from '@throughline/service';
import { migrations, TimelineModule, timelineProblems } from './index.ts';
import { notaryBy, signing } from './proof/settings.ts';

serve({
  name: 'timeline',
  settings: signing,
  modules: (sources, settings) => [TimelineModule.of({ ...sources, notary: notaryBy(settings) })],
  problems: timelineProblems,
  schema: { schema: 'timeline', dir: migrations },
  grpc: {
    'throughline.ledger.v1.LedgerService': LedgerServiceService,
    'throughline.timeline.v1.TimelineService': TimelineServiceService,
  },
});
