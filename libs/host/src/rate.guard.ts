import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { needs, type Needs, sourceOf, tenantless } from './auth/caller.guard.ts';
import { callerOf } from './auth/caller.ts';
import { Busy } from './problems.ts';

/** How much of one tenant this process answers. */
export type Rate = {
  /** Requests and calls a second; a batch or a stream is one. */
  readonly perSecond: number;
  /** So many more may come at once, every ten seconds. */
  readonly burst: number;
};

const burstSeconds = 10;

const limiterOf = ({ perSecond, burst }: Rate): Pick<RateLimiterMemory, 'consume'> => {
  const steady = new RateLimiterMemory({ points: perSecond, duration: 1 });
  if (burst === 0) return steady;
  return new BurstyRateLimiter(
    steady,
    new RateLimiterMemory({ keyPrefix: 'burst', points: burst, duration: burstSeconds }),
  );
};

/** Comes after the guard of callers. Lets a call in whose tenant keeps to the rate; else throws {@link Busy} as `TooManyRequests`, with the time to wait. */
export class RateGuard implements CanActivate {
  private readonly reflector = new Reflector();
  private readonly limiter: Pick<RateLimiterMemory, 'consume'>;

  constructor(rate: Rate) {
    this.limiter = limiterOf(rate);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const at = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(tenantless, at)) return true;
    if (this.reflector.getAllAndOverride<Needs | undefined>(needs, at) === 'nobody') return true;
    const { tenant } = callerOf(sourceOf(context));
    try {
      await this.limiter.consume(tenant);
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw new Busy(
        `The tenant ${tenant} asks for more than it may. Wait, then ask again.`,
        seconds,
        'TooManyRequests',
      );
    }
  }
}
