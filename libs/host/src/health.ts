import { Controller, type DynamicModule, Get, Inject, Module, Res, SetMetadata } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { reading, type Reading } from '@throughline/telemetry';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { needs } from './auth/caller.guard.ts';
import { answer } from './openapi.ts';

/** What has to work before traffic may come, by name; a check that throws is not ready, and its message is shown. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

/** What readiness is made of. */
export type Readiness = { readonly checks: Checks; readonly closing: AbortSignal };

const readiness = Symbol('readiness');
// Whoever asks waits a little longer: metrics are given up after 2 s.
const patienceMs = 1_500;

/** How each check stands. */
export const readyAnswer = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.strictObject({ ok: z.boolean(), reason: z.string().optional() })),
});

type Ready = z.infer<typeof readyAnswer>;

const inTime = async (check: () => Promise<void>): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`gave no answer within ${patienceMs / 1000} s`)), patienceMs);
  try {
    await Promise.race([check(), promise]);
  } finally {
    clearTimeout(timer);
  }
};

const outcomeOf = async (check: () => Promise<void>): Promise<{ ok: boolean; reason?: string }> => {
  try {
    await inTime(check);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
};

/** Runs all checks side by side, each for 1.5 s at most. */
export const readyOf = async ({ checks, closing }: Readiness): Promise<Ready> => {
  const running = Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const);
  const outcomes = Object.fromEntries(await Promise.all(running));
  if (closing.aborted) outcomes['running'] = { ok: false, reason: 'is stopping' };
  const ready = Object.values(outcomes).every(({ ok }) => ok);
  return { status: ready ? 'ready' : 'not ready', checks: outcomes };
};

/** The same for metrics. */
export const readingsOf = async (readiness: Readiness): Promise<Reading[]> => {
  const { checks } = await readyOf(readiness);
  return Object.entries(checks).map(([check, { ok }]) => reading('throughline_ready', ok ? 1 : 0, { check }));
};

@ApiTags('health')
@SetMetadata(needs, 'nobody')
@Controller('health')
export class HealthController {
  constructor(@Inject(readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process is alive' })
  @ApiResponse(answer(200, z.strictObject({ status: z.literal('live') }), 'It is.'))
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether traffic may come, and which check says no' })
  @ApiResponse(answer(200, readyAnswer, 'It may.'))
  @ApiResponse(answer(503, readyAnswer, 'It may not, for the reasons named.'))
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Ready> {
    const ready = await readyOf(this.readiness);
    void reply.code(ready.status === 'ready' ? 200 : 503);
    return ready;
  }
}

@Module({})
export class HealthModule {
  static of(of: Readiness): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [{ provide: readiness, useValue: of }],
    };
  }
}
