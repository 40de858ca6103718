import { Controller, Get, Query, Req, SetMetadata } from '@nestjs/common';
import { instant } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { answer, ApiOperation, ApiResponse, ApiTags, needs, problem } from '@throughline/host';
import { linkAt } from '@throughline/ledger';
import { beyondHead } from '@throughline/service';
import { z } from 'zod';
import { positionParam, type Request } from '../edge.ts';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { ledgerName, positionBefore, positionOfTime } from './place.query.ts';

const bound = z.union([positionParam, instant], { error: 'is neither a position nor a moment' });

const rangeQuery = z.strictObject({
  from: bound
    .optional()
    .describe('A position, or a moment: the first event recorded then or later. Else the first of all.'),
  to: bound.optional().describe('A position, or a moment: the last event recorded before it. Else the last of all.'),
});
type RangeQuery = z.infer<typeof rangeQuery>;

const link = z.strictObject({
  ledger: z.string().describe('Which ledger: the hash of its first batch.'),
  epoch: z.int(),
  position: z.int().describe('Where the batch ends that holds `to`.'),
  hash: z.string().describe('The hash of the chain there.'),
});

const rangeShape = z.strictObject({
  tenant: z.string(),
  opened: z.boolean().describe('Whether events are opened for whoever asks.'),
  from: z.int(),
  to: z.int().describe('One before `from` where there is nothing between them.'),
  chain: link.nullable().describe('Null where the ledger has no events, or keeps no chain.'),
});
type RangeShape = z.infer<typeof rangeShape>;

/** From where to where events are, before they are read. */
@ApiTags('events')
@Controller('v1/events/range')
@SetMetadata(needs, 'replay')
export class RangeController {
  constructor(private readonly timeline: Timeline) {}

  @Get()
  @ApiOperation({ summary: 'The positions between two places or moments, and the hash of the chain there' })
  @ApiResponse(answer(200, rangeShape, 'The range.'))
  @ApiResponse(problem(422, 'The ledger does not reach so far, forward or back.'))
  async range(@Query({ schema: rangeQuery }) asked: RangeQuery, @Req() request: Request): Promise<RangeShape> {
    const { tenant, opens: opened } = readerOf(request);
    const { ledger } = this.timeline.options;
    const from = await this.firstOf(asked.from ?? 1n);
    const to = asked.to === undefined ? await ledger.head() : await this.lastOf(asked.to);
    if (to < from - 1n)
      throw new Rejection('InvalidQuery', 'to is before from.', [{ pointer: '/to', reason: 'is before from' }]);
    return { tenant, opened, from: Number(from), to: Number(to), chain: await this.chainAt(to) };
  }

  private async firstOf(from: bigint | string): Promise<bigint> {
    if (typeof from === 'string') return positionOfTime(this.timeline.options, from, '/from');
    return (await positionBefore(this.timeline.options, { is: 'position', position: from || 1n }, '/from')) + 1n;
  }

  private async lastOf(to: bigint | string): Promise<bigint> {
    if (typeof to === 'string') return (await positionOfTime(this.timeline.options, to, '/to')) - 1n;
    const head = await this.timeline.options.ledger.head();
    if (to > head) throw beyondHead(`There is no event at ${to} yet: the ledger ends at ${head}.`, '/to');
    return to;
  }

  private async chainAt(position: bigint): Promise<RangeShape['chain']> {
    const { ledger, projectorDb } = this.timeline.options;
    if (!ledger.abilities.chained) return null;
    const [name, found] = await Promise.all([ledgerName(this.timeline.options), linkAt(projectorDb, position)]);
    return name === undefined || !found ? null : { ledger: name, ...found, position: Number(found.position) };
  }
}
