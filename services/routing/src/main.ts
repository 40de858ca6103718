import { RoutingServiceService } from '@throughline/contracts/gen/throughline/routing/v1/routing';
import { beside, serve } from '@throughline/service';
import { migrations, Reactors, RoutingModule, routingProblems } from './index.ts';

serve({
  name: 'routing',
  modules: (sources) => [RoutingModule.of({ ...sources, accountExists: beside(sources.db).accountExists })],
  problems: routingProblems,
  running: (app) => app.get(Reactors).running,
  schema: { schema: 'routing', dir: migrations },
  grpc: { 'throughline.routing.v1.RoutingService': RoutingServiceService },
});
