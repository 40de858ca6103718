import { Body, Controller, HttpCode, Post, Req, Res, SetMetadata } from '@nestjs/common';
import { interaction } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import {
  answer,
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  ndjsonLines,
  needs,
  problem,
} from '@throughline/host';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BatchOutcome, batchOutcome, type Outcome, outcome, resultOf, summary } from './outcome.ts';
import { Intake, type Item } from './intake.ts';

const mostItems = 10_000;

/** `POST /v1/interactions`, one or many. */
@ApiTags('interactions')
@Controller('v1')
@SetMetadata(needs, 'capture')
export class InteractionController {
  constructor(private readonly intake: Intake) {}

  @Post('interactions')
  @ApiOperation({
    summary: 'Capture one interaction. Answers once it is durable; the same again is answered with the first.',
  })
  @ApiResponse(answer(201, outcome, 'Stored.'))
  @ApiResponse(answer(200, outcome, 'Known already: the first position.'))
  @ApiResponse(problem(409, 'The same source and key with another content.'))
  @ApiResponse(problem(422, 'Not as it must be: every field and why.'))
  async capture(
    @Body({ schema: interaction }) declared: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcome> {
    const [recording] = await this.intake.capture(callerOf(request), [{ value: declared }]);
    if (recording!.is === 'refused') throw recording!.error;
    void reply.code(recording!.is === 'captured' ? 201 : 200);
    return { outcome: recording!.is, id: recording!.id, position: Number(recording!.position) };
  }

  @Post('interactions::batch')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Capture up to 10 000 interactions: an outcome for each, in order; a bad one harms no other.',
  })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'array', items: { type: 'object' } } })
  @ApiResponse(answer(200, batchOutcome, 'What became of each.'))
  @ApiResponse(problem(422, 'No list, or more than 10 000 items.'))
  async captureBatch(@Body() body: unknown, @Req() request: FastifyRequest): Promise<BatchOutcome> {
    const recordings = await this.intake.capture(callerOf(request), itemsOf(body));
    return summary(recordings.map(resultOf));
  }
}

const itemsOf = (body: unknown): Item[] => {
  const items = Buffer.isBuffer(body)
    ? linesOf(body)
    : Array.isArray(body)
      ? body.map((value: unknown) => ({ value }))
      : undefined;
  if (items && items.length <= mostItems) return items;
  const reason = items ? 'has more than 10 000 items' : 'is not a list of interactions';
  throw new Rejection('InvalidBody', `The body ${reason}.`, [{ pointer: '', reason }]);
};

// One more than is taken is enough to know that there are too many.
const linesOf = (body: Buffer): Item[] => {
  const items: Item[] = [];
  for (const line of ndjsonLines(body)) {
    if (items.length > mostItems) break;
    items.push('value' in line ? line : { error: malformed(line.reason) });
  }
  return items;
};

const malformed = (reason: string): Rejection =>
  new Rejection('MalformedBody', `The line ${reason}.`, [{ pointer: '', reason }]);
