import { extname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { ProblemsFilter } from './problems.filter.ts';

// A library of the console puts its styles into the page; scripts come from this server only.
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

// Vite names these by a hash of what is in them.
const hashed = /^assets\/.+-[\w-]{8,}\.\w+$/;

// Leads out of the folder, or cannot be the name of a file.
const outside = /(^|[\\/])\.\.([\\/]|$)|\0/;

/**
 * Serves a single-page application at `/`: its files, and its index.html at every address that a browser may open
 * (`/customers/…`), so that a link is a view.
 */
export const serveStatic = async (server: FastifyInstance, folder: string, problems: ProblemsFilter): Promise<void> => {
  await server.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  // Nest's own handler of errors comes after this route, which would not know it.
  const errorHandler = problems.answer.bind(problems);
  server.get<{ Params: { '*': string } }>('/*', { errorHandler }, (request, reply) => {
    const path = request.params['*'];
    if (outside.test(path)) return reply.callNotFound();
    void reply.header('content-security-policy', policy);
    if (extname(path)) {
      void reply.header('cache-control', hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      return reply.sendFile(path);
    }
    const { accept = '*/*' } = request.headers;
    // Whoever names no type at the first address, such as curl, gets the page as well.
    const isPage = !/^v\d+(\/|$)/.test(path) && (accept.includes('text/html') || (path === '' && accept === '*/*'));
    if (!isPage) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
};
