import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { environment } from '@throughline/host';
import { serve } from '@throughline/service';
import { CaptureModule, captureProblems, migrations } from './index.ts';

serve({
  name: 'capture',
  settings: { QUIET_EVERY: environment.QUIET_EVERY },
  modules: (sources, settings) => [CaptureModule.of(sources, settings)],
  problems: captureProblems,
  schema: { schema: 'capture', dir: migrations },
  grpc: { 'throughline.capture.v1.CaptureService': CaptureServiceService },
});
