import { RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { serve } from '@throughline/service';
import { RoutingModule, routingProblems } from './index.ts';

serve({
  name: 'routing',
  modules: (sources) => [RoutingModule.of(sources)],
  problems: routingProblems,
  grpc: { 'throughline.routing.v1.RoutingService': RoutingServiceService },
});
