import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { valid } from './valid.ts';

const nothing = z.strictObject({});

// By the kind of each parameter and its place: `4:1`.
const takes = (context: ExecutionContext, kind: RouteParamtypes): boolean => {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name);
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${kind}:`));
};

/**
 * Rejects by name what is said to an address under `/v1` that does not read it: parameters of a GET as `InvalidQuery`, the
 * body of a write as `InvalidBody`. Nobody is to think that it was heard. What is read, its schema rejects.
 */
export class UnreadGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { method, url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!url.startsWith('/v1/')) return true;
    if (method === 'GET' && !takes(context, RouteParamtypes.QUERY)) valid(nothing, query, 'InvalidQuery');
    if (method !== 'GET' && !takes(context, RouteParamtypes.BODY)) valid(nothing, body ?? {});
    return true;
  }
}
