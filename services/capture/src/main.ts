import { CaptureServiceService } from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { environment } from '@throughline/host';
import { z } from 'zod';
import { serve } from '@throughline/service';
import { CaptureModule, captureProblems, CaptureReactor, inboxOf, inboxSettings, migrations } from './index.ts';

const { QUIET_EVERY, ERASURE_SETTLES, KEYS_BACKUP_DAYS } = environment;

serve({
  name: 'capture',
  settings: {
    QUIET_EVERY,
    ERASURE_SETTLES,
    KEYS_BACKUP_DAYS,
    CHECKPOINT_KEY: z.string().optional().describe('The path of the Ed25519 key that certificates are signed with.'),
    ...inboxSettings,
  },
  modules: (sources, settings) => [CaptureModule.of(sources, { ...settings, inbox: inboxOf(settings, sources.kafka) })],
  problems: captureProblems,
  running: (app) => app.get(CaptureReactor).running,
  schema: { schema: 'capture', dir: migrations },
  grpc: { 'throughline.capture.v1.CaptureService': CaptureServiceService },
});
