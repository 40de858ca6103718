import type { FastifyInstance } from 'fastify';
import { type Problems, typeOf } from './problems.ts';

/** Serves what the `type` of a problem points to: `/problems` lists all kinds, `/problems/tenant-unknown` tells of one. */
export const serveProblems = (server: FastifyInstance, catalogue: Problems): void => {
  const kinds = Object.entries(catalogue).map(([code, { status, grpc, title }]) => ({
    type: typeOf(code),
    code,
    status,
    grpc,
    title,
  }));
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  server.get('/problems', () => ({ items: kinds, nextCursor: null }));
  server.get<{ Params: { slug: string } }>('/problems/:slug', (request, reply) => {
    const found = byType.get(`/problems/${request.params.slug}`);
    return found ?? reply.callNotFound();
  });
};
