import type { Metadata } from '@grpc/grpc-js';
import { Controller, Get, Param, Query, Req, SetMetadata, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetBriefRequest, GetBriefResponse } from '@throughline/contracts/gen/throughline/timeline/v1/timeline';
import { Rejection } from '@throughline/decider';
import { answer, ApiOperation, ApiResponse, ApiTags, needs, problem } from '@throughline/host';
import { z } from 'zod';
import { keyOf, whenOf } from '../customer/customer.controller.ts';
import { customerTallied } from '../customer/customer.query.ts';
import { handleParam, type IdParam, idParam, MovedFilter, type Request, when } from '../edge.ts';
import { type Reader, type Reading, readerOf } from '../reading.ts';
import { Timeline, type When } from '../timeline.ts';
import { type Brief, brief } from './shape.ts';
import { briefMessage } from './brief.message.ts';
import { readBrief } from './brief.query.ts';

const byHandle = z.strictObject({ handle: handleParam, ...when });
type ByHandle = z.infer<typeof byHandle>;

/** The four answers. */
@ApiTags('brief')
@Controller('v1')
@SetMetadata(needs, 'read')
@UseFilters(MovedFilter)
export class BriefController {
  constructor(private readonly timeline: Timeline) {}

  @Get('brief')
  @ApiOperation({ summary: 'The brief of the customer who has a handle' })
  @ApiResponse(answer(200, brief, 'The four answers, each with its events or the reason why there is none.'))
  @ApiResponse(problem(404, 'No customer has this handle.'))
  async ofHandle(@Query({ schema: byHandle }) { handle, ...asked }: ByHandle, @Req() request: Request): Promise<Brief> {
    const reader = readerOf(request);
    const id = this.timeline.handleIdOf(reader.tenant, handle, '/handle');
    return this.read(reader, asked, (reading) => this.timeline.customerIdOf(reading, id));
  }

  @Get('customers/:id/brief')
  @ApiOperation({ summary: 'The brief of a customer' })
  @ApiResponse(answer(200, brief, 'The four answers, each with its events or the reason why there is none.'))
  @ApiResponse({ status: 308, description: 'The id is part of another customer by now.' })
  @ApiResponse(problem(404, 'No customer has this id.'))
  async ofCustomer(
    @Param({ schema: idParam }) { id }: IdParam,
    @Query({ schema: z.strictObject(when) }) asked: When,
    @Req() request: Request,
  ): Promise<Brief> {
    return this.read(readerOf(request), asked, (reading) => this.timeline.exactly(reading, id));
  }

  @GrpcMethod('TimelineService', 'getBrief')
  async getBrief({ customer, ...asked }: GetBriefRequest, metadata: Metadata): Promise<GetBriefResponse> {
    const reader = readerOf(metadata);
    const key = keyOf(this.timeline, reader.tenant, customer);
    const found = await this.read(reader, whenOf(asked), (reading) => this.timeline.customerIdOf(reading, key));
    return { brief: briefMessage(found) };
  }

  private async read(reader: Reader, asked: When, idOf: (reading: Reading) => Promise<string>): Promise<Brief> {
    return this.timeline.readThen(reader, asked, async (reading) => {
      // Taken before reading: what is read may be newer, never older.
      const { position, now } = reading.moment ?? { position: this.timeline.watermark('timeline', 'identity').position(), now: this.timeline.now() }; // prettier-ignore
      const found = await customerTallied(reading, await idOf(reading));
      if (!found) throw new Rejection('CustomerUnknown', 'No customer has this id or handle.');
      return readBrief(reading, found, { now, position: Number(position) });
    });
  }
}
