import { Body, Controller, Get, HttpCode, Post, Put, Query, Req, SetMetadata } from '@nestjs/common';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  type CallSource,
  idempotencyKey,
  needs,
  problem,
} from '@throughline/host';
import { z } from 'zod';
import { RetentionDesk } from './retention.desk.ts';

const policyBody = z.strictObject({
  keep: z
    .int()
    .min(1)
    .max(400)
    .nullable()
    .describe('How many past quarters are kept beside the one that goes on; null keeps all for ever.'),
  notice: z.int().min(0).max(366).default(30).describe('For how many days it is told before something expires.'),
});
const policyShape = policyBody.extend({
  keep: z.int().optional().describe('How many past quarters are kept; left out where all are, for ever.'),
  from: z.iso.datetime().optional().describe('Nothing expires by itself before.'),
});
const told = z.strictObject({ event: z.uuid().optional(), position: z.int() });
const planQuery = z.strictObject({
  keep: z.coerce
    .number()
    .int()
    .min(1)
    .max(400)
    .optional()
    .describe('As if so many past quarters were kept beside the one that goes on.'),
});
const plan = z.strictObject({
  policy: policyShape,
  items: z.array(
    z.strictObject({
      quarter: z.string(),
      keys: z.int().describe('How many would be destroyed.'),
      customers: z.int(),
      staying: z.int().describe('Those of them of whom something later is there as well.'),
      atLeast: z.boolean().describe('Only the first thousand handles were counted: there may be more.'),
      expiresAt: z.iso.datetime().optional().describe('When that happens by itself.'),
      over: z.boolean().describe('Whether it is over its time: a run destroys its keys.'),
      near: z.boolean().describe('Whether the days of notice have begun.'),
    }),
  ),
});
const runShape = z.strictObject({
  keys: z.int().describe('How many were destroyed.'),
  remembered: z.int().describe('How many names of those who stay were told again.'),
  done: z.boolean().describe('Whether nothing more is over its time; else run again.'),
});

/** For how long what customers said is kept. */
@ApiTags('administration')
@Controller('v1')
@SetMetadata(needs, 'operate')
export class RetentionController {
  constructor(private readonly desk: RetentionDesk) {}

  @Get('retention')
  @ApiOperation({ summary: 'What is kept, quarter by quarter, and when it expires. Destroys nothing.' })
  @ApiResponse(answer(200, plan, 'The policy, and every quarter of which something is there.'))
  async plan(@Query({ schema: planQuery }) query: z.infer<typeof planQuery>, @Req() request: CallSource) {
    const { tenant } = callerOf(request);
    return { policy: await this.desk.policy(tenant), items: await this.desk.plan(tenant, query.keep) };
  }

  @Put('policies/retention')
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say for how long what customers said is kept' })
  @ApiResponse(answer(200, told, 'So it is, now or before.'))
  set(@Body({ schema: policyBody }) { keep, notice }: z.infer<typeof policyBody>, @Req() request: CallSource) {
    return this.desk.set(request, { keep: keep ?? undefined, notice });
  }

  @Post('retention/runs')
  @HttpCode(200)
  @ApiOperation({ summary: 'Destroy the keys of what is over its time, for good' })
  @ApiResponse(answer(200, runShape, 'They are destroyed, 10 000 at most.'))
  @ApiResponse(problem(409, 'No policy is set.'))
  run(@Req() request: CallSource): Promise<z.infer<typeof runShape>> {
    return this.desk.run(request);
  }
}
