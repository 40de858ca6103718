import type { Metadata } from '@grpc/grpc-js';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import { Conflict, Rejection } from '@throughline/decider';
import { Busy, callerOf, piped, streamed } from '../src/index.ts';
import type { Ask, Told } from './counter.ts';

/** What the sources did. */
export const seen = { pulled: 0, ended: 0, signals: [] as AbortSignal[] };

async function* count(to: number, signal: AbortSignal): AsyncGenerator<Told> {
  seen.signals.push(signal);
  try {
    for (let n = 1; n <= to && !signal.aborted; n += 1) {
      seen.pulled += 1;
      if (n === 1_000_001) throw new Rejection('TooFar', 'A million is enough.');
      yield { n, text: 'x'.repeat(1_000) };
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    seen.ended += 1;
  }
}

async function* waitFor(signal: AbortSignal): AsyncGenerator<Told> {
  yield { n: 0, text: 'waiting' };
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

@Controller()
class CounterController {
  @GrpcMethod('Counter', 'one')
  one({ to }: Ask, metadata: Metadata): Told {
    if (to === 1) throw new Rejection('TooFar', 'That is too far.', [{ pointer: '/steps/0/to', reason: 'is too far' }]);
    if (to === 2) throw new Conflict('counter-1', 3);
    if (to === 3) throw new Busy('Counting already.', 2);
    if (to === 4) throw new Error('a secret of the server');
    const { tenant, actor } = callerOf(metadata);
    return { n: to, text: `${tenant} ${actor}` };
  }

  @GrpcMethod('Counter', 'many')
  many({ to }: Ask, _: Metadata, call: CounterCall) {
    if (to === 0) throw new Rejection('TooFar', 'There is nothing to count.');
    return streamed(call, (signal) => (to < 0 ? waitFor(signal) : count(to, signal)));
  }

  @GrpcStreamCall('Counter', 'each')
  each(call: CounterPipe) {
    return piped(call, async function* (asks, { tenant }) {
      for await (const { to } of asks) {
        seen.pulled += 1;
        if (to === 13) throw new Rejection('TooFar', 'Thirteen is refused.');
        yield { n: to, text: to < 100 ? tenant : 'x'.repeat(1_000) };
      }
    });
  }
}

type CounterCall = Parameters<typeof streamed<Told>>[0];
type CounterPipe = Parameters<typeof piped<Ask, Told>>[0];

@Module({ controllers: [CounterController] })
export class CounterModule {}
