import type { INestApplicationContext, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { type Needs, needs } from './caller.guard.ts';
import { type Right, rights } from './rights.ts';

/** A handler that can be reached from outside, and what it needs; undefined where it declares nothing. */
export type Endpoint = {
  /** `InteractionController_capture` */
  readonly id: string;
  /** For gRPC `{ service: 'CaptureService', rpc: 'capture' }`; REST handlers have none. */
  readonly rpc?: { readonly service: string; readonly rpc: string };
  readonly needs: readonly Right[] | 'nobody' | undefined;
};

type Handler = (...args: never[]) => unknown;

const declared = (of: Needs | undefined): Endpoint['needs'] => {
  if (of === undefined || of === 'nobody') return of;
  const all = [of].flat();
  const unknown = all.find((right) => !Object.hasOwn(rights, right));
  if (unknown !== undefined) throw new Error(`there is no right ${unknown}`);
  return all;
};

const rpcOf = (handler: Handler): Endpoint['rpc'] => {
  const [pattern] = (Reflect.getMetadata('microservices:pattern', handler) as [Endpoint['rpc']?] | undefined) ?? [];
  return pattern && { service: pattern.service, rpc: pattern.rpc };
};

const ofController = (controller: Type, scanner: MetadataScanner, reflector: Reflector): Endpoint[] =>
  scanner.getAllMethodNames(controller.prototype as object).flatMap((name) => {
    const handler = (controller.prototype as Record<string, Handler>)[name]!;
    const rpc = rpcOf(handler);
    if (!rpc && !Reflect.hasMetadata('path', handler)) return [];
    const needed = declared(reflector.getAllAndOverride<Needs | undefined>(needs, [handler, controller]));
    return [{ id: `${controller.name}_${name}`, ...(rpc && { rpc }), needs: needed }];
  });

/** Every handler of an application, over REST and gRPC. Throws where one needs a right that there is not. */
export const endpointsOf = (app: INestApplicationContext): Endpoint[] => {
  const [scanner, reflector] = [new MetadataScanner(), new Reflector()];
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? ofController(metatype as Type, scanner, reflector) : []));
};
