import { Body, Controller, HttpCode, Inject, Param, Post, Req, SetMetadata } from '@nestjs/common';
import { type Event, kind, ownersOf, parseStored, streamOf } from '@throughline/contracts';
import { type Decision, Rejection } from '@throughline/decider';
import {
  answer,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
  callerOf,
  idempotencyKey,
  idFrom,
  needs,
  problem,
} from '@throughline/host';
import type { StoredEvent } from '@throughline/ledger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findCaughtUp } from '../caught-up.ts';
import { type Sources, sources } from '../sources.ts';
import { transact } from '../transact.ts';
import {
  type About,
  amend,
  type Amended,
  type AmendmentEvent,
  amendments,
  type ChangeBody,
  changeBody,
  reclassify,
} from './amendment.ts';
import { place } from '../reactor.ts';

const kindBody = z.strictObject({ kind });
const amended = z.strictObject({ event: z.uuid(), position: z.int() });
type Answer = z.infer<typeof amended>;

/** What became of an interaction later. */
@ApiTags('interactions')
@Controller('v1/interactions/:id')
@SetMetadata(needs, 'lead')
export class AmendmentController {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  @Post('kind')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Say what kind of interaction it was.' })
  @ApiResponse(answer(200, amended, 'It is of this kind, now or before.'))
  @ApiResponse(problem(404, 'No interaction has this id.'))
  reclassify(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: kindBody }) body: z.infer<typeof kindBody>,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return this.decide(id, request, (about) => reclassify(about, body.kind));
  }

  @Post('amendments')
  @SetMetadata(needs, 'capture')
  @HttpCode(200)
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Tell that it was edited or withdrawn, of its delivery, or its transcript.' })
  @ApiResponse(answer(200, amended, 'Kept, now or before.'))
  @ApiResponse(problem(404, 'No interaction has this id.'))
  @ApiResponse(problem(409, 'It was withdrawn.'))
  amend(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: changeBody }) body: ChangeBody,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    return this.decide(id, request, (about) => amend(about, body));
  }

  private async decide(
    interaction: string,
    request: FastifyRequest,
    decision: (about: About) => Decision<Amended, AmendmentEvent>,
  ): Promise<Answer> {
    const { tenant, actor } = callerOf(request);
    const stored = await this.find(tenant, interaction);
    const captured = parseStored(stored) as Event<'InteractionCaptured'>;
    const { conversation, kind: first } = captured.data;
    const told = await transact(this.sources, {
      tenant,
      stream: streamOf.conversation(conversation),
      fromVersion: stored.version + 1,
      noun: amendments(interaction, first),
      hears: ['InteractionAmended'],
      decide: decision({ interaction, conversation, owners: [...ownersOf(captured).author] }),
      id: idFrom(request),
      actor,
    });
    return { event: told?.event ?? interaction, position: Number(told?.position ?? stored.position) };
  }

  private async find(tenant: string, interaction: string): Promise<StoredEvent> {
    const { db, ledger } = this.sources;
    const position = await findCaughtUp(this.sources, place, () =>
      db.asTenant(tenant, async (client) => {
        const { rows } = await client.query<{ position: bigint }>({
          name: 'capture.interaction.position',
          text: 'select position from capture.interaction where tenant = $1 and event = $2',
          values: [tenant, interaction],
        });
        return rows[0]?.position;
      }),
    );
    const [stored] = position === undefined ? [] : await ledger.tail(position - 1n, { limit: 1, tenant });
    if (stored?.id !== interaction) throw new Rejection('InteractionUnknown', 'No interaction has this id.');
    return stored;
  }
}
