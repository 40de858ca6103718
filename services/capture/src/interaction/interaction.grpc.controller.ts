import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js';
import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import {
  CaptureRequest,
  type CaptureResponse,
  CaptureStreamRequest,
  type CaptureStreamResponse,
} from '@throughline/contracts/gen/throughline/capture/v1/capture';
import { type Caller, callerOf, needs, piped, plain } from '@throughline/host';
import type { Recording } from '../record.ts';
import { inOrder } from './in-order.ts';
import { Intake } from './intake.ts';
import { problemIn } from './outcome.ts';

// So many wait for the ledger at a time: enough to fill its flushes.
const width = 512;

/** `throughline.capture.v1.CaptureService` */
@Controller()
@SetMetadata(needs, 'capture')
export class InteractionGrpcController {
  constructor(private readonly intake: Intake) {}

  @GrpcMethod('CaptureService', 'capture')
  async capture({ interaction }: CaptureRequest, metadata: Metadata): Promise<CaptureResponse> {
    const recording = await this.one(callerOf(metadata), interaction);
    if (recording.is === 'refused') throw recording.error;
    return { outcome: recording.is, id: recording.id, position: recording.position };
  }

  @GrpcStreamCall('CaptureService', 'captureStream')
  captureStream(call: ServerDuplexStream<CaptureStreamRequest, CaptureStreamResponse>): Promise<void> {
    return piped(call, (items, caller) =>
      inOrder(items, width, async ({ interaction }, index) => responseOf(await this.one(caller, interaction), index)),
    );
  }

  private async one(caller: Caller, interaction: CaptureRequest['interaction']): Promise<Recording> {
    const [recording] = await this.intake.capture(caller, [{ value: plain(interaction ?? {}) }]);
    return recording!;
  }
}

const responseOf = (recording: Recording, index: number): CaptureStreamResponse => {
  if (recording.is !== 'refused')
    return { index: BigInt(index), outcome: recording.is, id: recording.id, position: recording.position };
  const { errors = [], ...problem } = problemIn(recording.error);
  return { index: BigInt(index), outcome: 'rejected', problem: { ...problem, errors } };
};
