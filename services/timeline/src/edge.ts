import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { uuid } from '@throughline/contracts';
import { times } from '@throughline/service';
import type { CallSource, sse } from '@throughline/host';
import { z } from 'zod';
import { Moved } from './timeline.ts';

/** An HTTP request as handlers here use it. */
export type Request = CallSource & { readonly headers: Record<string, string | string[] | undefined> };
export type Reply = Parameters<typeof sse>[0];

/** The `{id}` of a path. */
export const idParam = z.strictObject({ id: uuid.toLowerCase() });
export type IdParam = z.infer<typeof idParam>;

/** A position of the ledger, as a query parameter. */
export const positionParam = z
  .string()
  .regex(/^\d{1,18}$/, 'is not a position')
  .transform(BigInt);

/** The parameter by which callers read their own writes; to be spread into a query's schema. */
export const waiting = {
  minPosition: positionParam
    .optional()
    .describe('Waits, 5 s at most, until what was written at this position can be read.'),
};

/** The parameters that say as of when it is read; to be spread into a query's schema. */
export const when = { ...waiting, ...times };

/** A handle or the id of one. */
export const handleParam = z.string().min(1).max(512);

/** Sends a caller on to the customer that an id is part of by now, at the same address otherwise. */
@Catch(Moved)
export class MovedFilter implements ExceptionFilter<Moved> {
  catch({ from, to }: Moved, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { url } = http.getRequest<{ url: string }>();
    const [path = '', ...query] = url.split('?');
    const segments = path.split('/').map((segment) => (segment.toLowerCase() === from ? to : segment));
    // It leads back after a retraction, so nobody may remember it.
    void http
      .getResponse<Reply>()
      .headers({ location: [segments.join('/'), ...query].join('?'), 'cache-control': 'no-store' })
      .code(308)
      .send();
  }
}
