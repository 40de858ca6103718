import type { FastifyInstance } from 'fastify';
import { type ProblemKind, type Problems, typeOf } from './problems.ts';

/** A kind of problem as its page tells of it. */
export type DescribedKind = ProblemKind & { readonly type: string; readonly code: string };

/** The kinds of a catalogue as their pages tell of them. */
export const kindsOf = (catalogue: Problems): DescribedKind[] =>
  Object.entries(catalogue).map(([code, { status, grpc, title }]) => ({
    type: typeOf(code),
    code,
    status,
    grpc,
    title,
  }));

/** Serves what the `type` of a problem points to: `/problems` lists all kinds, `/problems/tenant-unknown` tells of one. */
export const serveProblems = (
  server: FastifyInstance,
  kinds: () => readonly DescribedKind[] | Promise<readonly DescribedKind[]>,
): void => {
  server.get('/problems', async () => ({ items: await kinds(), nextCursor: null }));
  server.get<{ Params: { slug: string } }>('/problems/:slug', async (request, reply) => {
    const found = (await kinds()).find(({ type }) => type === `/problems/${request.params.slug}`);
    return found ?? reply.callNotFound();
  });
};
