import { Body, Controller, Inject, Param, Post, Req, SetMetadata } from '@nestjs/common';
import { streamOf } from '@throughline/contracts';
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
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { customerFor } from '../customer.ts';
import { recordOne } from '../record.ts';
import { type Sources, sources } from '../sources.ts';
import { fingerprintOf } from '../transact.ts';
import { type NoteBody, noteBody, noteOf } from './note.ts';

const written = z.strictObject({ id: z.uuid().describe('The note'), event: z.uuid(), position: z.int() });

/** Notes about a customer. */
@ApiTags('customers')
@Controller('v1/customers/:id/notes')
@SetMetadata(needs, 'work')
export class NoteController {
  constructor(@Inject(sources) private readonly sources: Sources) {}

  @Post()
  @ApiHeader(idempotencyKey)
  @ApiOperation({ summary: 'Write down what was discussed, what was decided, what comes next.' })
  @ApiResponse(answer(201, written, 'Written.'))
  @ApiResponse(problem(404, 'No customer has this id.'))
  async write(
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: noteBody }) body: NoteBody,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof written>> {
    const { vault, now } = this.sources;
    const { tenant, actor } = callerOf(request);
    // About the handle as it was given: whose it is may change, and the note stays with it.
    await customerFor(this.sources, tenant, id);
    const note = idFrom(request);
    const data = noteOf(body, note, id, (handle) => vault.handleId(tenant, handle));
    const { position } = await recordOne(this.sources, tenant, {
      draft: { type: 'NoteWritten', data, id: note, occurredAt: now().toISOString(), meta: { actor } },
      stream: streamOf.handle(id),
      fingerprint: fingerprintOf(this.sources, tenant, 'NoteWritten', data),
    });
    return { id: note, event: note, position: Number(position) };
  }
}
