import { TimelineServiceService } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { serve } from '@throughline/service';
import { TimelineModule, timelineProblems } from './index.ts';

serve({
  name: 'timeline',
  modules: (sources) => [TimelineModule.of(sources)],
  problems: timelineProblems,
  grpc: { 'throughline.timeline.v1.TimelineService': TimelineServiceService },
});
