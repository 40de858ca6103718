import type { Metadata } from '@grpc/grpc-js';
import { Controller, Get, Module, Post, Req, SetMetadata } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type { FastifyRequest } from 'fastify';
import { callerOf, identityOf, may, needs, piped, streamed, tenantless } from '../src/index.ts';
import type { Ask, Told } from './counter.ts';

/** One endpoint of each kind, with what it needs; and one that says nothing. */
@Controller('v1')
@SetMetadata(needs, 'read')
class GuardedController {
  @Get('me')
  me(@Req() request: FastifyRequest) {
    return { ...callerOf(request), opens: may(request, 'open') };
  }

  @Post('work')
  @SetMetadata(needs, ['work', 'open'])
  work() {
    return {};
  }

  @Get('tenants')
  @SetMetadata(tenantless, true)
  tenants(@Req() request: FastifyRequest) {
    return { known: identityOf(request).isKnown };
  }

  @Get('open')
  @SetMetadata(needs, 'nobody')
  open() {
    return {};
  }

  @GrpcMethod('Counter', 'one')
  one(_: Ask, metadata: Metadata): Told {
    return { n: 1, text: JSON.stringify(callerOf(metadata)) };
  }

  @GrpcMethod('Counter', 'many')
  @SetMetadata(needs, 'work')
  many(_: Ask, __: Metadata, call: Parameters<typeof streamed<Told>>[0]) {
    return streamed(call, async function* () {
      yield { n: 1, text: '' };
    });
  }

  @GrpcStreamCall('Counter', 'each')
  each(call: Parameters<typeof piped<Ask, Told>>[0]) {
    return piped(call, async function* (asks, { actor }) {
      for await (const { to } of asks) yield { n: to, text: actor };
    });
  }
}

@Controller('v1/silent')
class SilentController {
  @Get()
  silent() {
    return {};
  }
}

@Module({ controllers: [GuardedController, SilentController] })
export class GuardedModule {}
