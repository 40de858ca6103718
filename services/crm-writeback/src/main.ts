import { environment } from '@throughline/host';
import { serve } from '@throughline/service';
import { z } from 'zod';
import { CrmWritebackModule, crmWritebackProblems, migrations, Workers } from './index.ts';

const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is not a number from 1 on')
  .transform(Number)
  .optional();

serve({
  name: 'crm-writeback',
  settings: {
    PUBLIC_URL: environment.PUBLIC_URL,
    WRITEBACK_LEASE_MS: count,
    WRITEBACK_TIMEOUT_MS: count,
    WRITEBACK_MOST_FAILURES: count,
  },
  modules: (sources, wanted) => [
    CrmWritebackModule.of({
      ...sources,
      publicUrl: wanted.PUBLIC_URL,
      leaseMs: wanted.WRITEBACK_LEASE_MS,
      timeoutMs: wanted.WRITEBACK_TIMEOUT_MS,
      mostFailures: wanted.WRITEBACK_MOST_FAILURES,
    }),
  ],
  problems: crmWritebackProblems,
  running: (app) => app.get(Workers).running,
  schema: { schema: 'writeback', dir: migrations },
});
