import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { serve } from '@throughline/service';
import { CaptureModule, captureProblems, TenantDirectory } from './index.ts';

serve({
  name: 'capture',
  modules: (sources) => [CaptureModule.of(sources)],
  problems: captureProblems,
  tenants: (sources) => new TenantDirectory(sources),
  grpc: { 'throughline.capture.v1.CaptureService': CaptureServiceService },
});
