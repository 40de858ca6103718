import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { environment } from '@throughline/host';
import { serve } from '@throughline/service';
import { CaptureModule, captureProblems, inboxOf, inboxSettings, migrations } from './index.ts';

serve({
  name: 'capture',
  settings: { QUIET_EVERY: environment.QUIET_EVERY, ...inboxSettings },
  modules: (sources, settings) => [
    CaptureModule.of(sources, { QUIET_EVERY: settings.QUIET_EVERY, inbox: inboxOf(settings, sources.kafka) }),
  ],
  problems: captureProblems,
  schema: { schema: 'capture', dir: migrations },
  grpc: { 'throughline.capture.v1.CaptureService': CaptureServiceService },
});
