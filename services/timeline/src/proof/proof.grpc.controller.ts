import { Controller, SetMetadata } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  HeadResponse,
  VerifyRequest,
  VerifyResponse,
} from '@throughline/contracts/gen/throughline/ledger/v1/ledger';
import { needs } from '@throughline/host';
import { Proof } from './proof.ts';

/** The ledger as a whole over gRPC. */
@Controller()
@SetMetadata(needs, 'operate')
export class ProofGrpcController {
  constructor(private readonly proof: Proof) {}

  @GrpcMethod('LedgerService', 'head')
  async head(): Promise<HeadResponse> {
    return (await this.proof.head()) ?? { ledger: '', epoch: 1, position: 0n, hash: '' };
  }

  @GrpcMethod('LedgerService', 'verify')
  async verify({ from, to }: VerifyRequest): Promise<VerifyResponse> {
    const found = await this.proof.verify({ from, to });
    return { verdict: found.ok ? { $case: 'verified', value: found } : { $case: 'broken', value: found } };
  }
}
