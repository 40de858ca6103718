import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { valid } from './valid.ts';

const nothing = z.strictObject({});

// By the kind of each parameter and its place: `4:1`.
const takesQuery = (context: ExecutionContext): boolean => {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name);
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
};

/**
 * Rejects as `InvalidQuery`, by name, what is asked of an address under `/v1` that reads no parameters: nobody is to think
 * that it was heard. Where there are some, their schema does.
 */
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { method, url, query } = context.switchToHttp().getRequest<FastifyRequest>();
    if (method === 'GET' && url.startsWith('/v1/') && !takesQuery(context)) valid(nothing, query, 'InvalidQuery');
    return true;
  }
}
