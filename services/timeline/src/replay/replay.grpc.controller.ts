import type { Metadata } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { instant } from '@throughline/contracts';
import type { ReplayRequest, ReplayResponse } from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { identityOf, instantOf, needs, streamed, valid } from '@throughline/host';
import { beginAudit } from '@throughline/service';
import { z } from 'zod';
import { readerOf } from '../reading.ts';
import { Timeline } from '../timeline.ts';
import { idsOfCustomer } from './customer.query.ts';
import { filters, wantedBy } from './filter.ts';
import { positionBefore, type Start } from './place.query.ts';
import { replay } from './replay.query.ts';

type Call = Parameters<typeof streamed<ReplayResponse>>[0];

const conditions = z.strictObject(filters);
const start = z.strictObject({ position: z.bigint().min(1n).optional(), time: instant.optional() });

const startOf = (from: ReplayRequest['from']): Start => {
  switch (from?.$case) {
    case 'position':
      return { is: 'position', position: valid(start, { position: from.value }, 'InvalidQuery').position! };
    case 'time':
      return { is: 'time', time: valid(start, { time: instantOf(from.value) }, 'InvalidQuery').time! };
    case 'resume':
      return { is: 'resume', token: from.value };
    case undefined:
      return { is: 'first' };
  }
};

/** A tenant's events over gRPC, from any place on. */
@Controller()
@SetMetadata(needs, 'replay')
export class ReplayGrpcController {
  constructor(private readonly timeline: Timeline) {}

  @GrpcMethod('LedgerService', 'replay')
  replay({ from, types, streamPrefix, channel, customer, follow }: ReplayRequest, metadata: Metadata, call: Call) {
    const [reader, caller] = [readerOf(metadata), identityOf(metadata)];
    const asked = { type: types.length > 0 ? types.join() : undefined, stream: streamPrefix, channel, customer };
    const { customer: whose, ...filter } = valid(conditions, asked, 'InvalidQuery');
    const begin = startOf(from);
    const { timeline } = this;
    const { db, vault, ...places } = timeline.options;
    return streamed(call, async function* (signal) {
      const after = await positionBefore(places, begin);
      const ids = whose === undefined ? undefined : await idsOfCustomer(timeline, reader, whose);
      const detail = { after, ...filter, customer: whose, follow };
      const opening = reader.opens && caller.isKnown ? await beginAudit(db, caller, 'replay', detail) : undefined;
      const sources = { ...places, vault: reader.opens ? vault : undefined, counted: opening?.count };
      try {
        yield* replay(sources, { tenant: reader.tenant, after, isWanted: wantedBy({ ...filter, ids }), follow }, signal); // prettier-ignore
      } finally {
        await opening?.end();
      }
    });
  }
}
