import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CaptureModule } from '@throughline/capture';
import { CrmWritebackModule } from '@throughline/crm-writeback';
import { paths, patternOf, type Service, serviceAt, services } from '@throughline/front';
import { RoutingModule } from '@throughline/routing';
import { TimelineModule } from '@throughline/timeline';

const none = {} as never;
const modules = {
  capture: CaptureModule.of(none),
  routing: RoutingModule.of(none),
  timeline: TimelineModule.of(none),
  'crm-writeback': CrmWritebackModule.of(none),
} as const satisfies Record<Service, object>;

type Route = { readonly method: string; readonly path: string };
type Handlers = Readonly<Record<string, object>>;

/** What Nest would register of a service, each part that is a name filled in. */
const routesOf = (service: Service): Route[] =>
  (modules[service].controllers ?? []).flatMap((controller) => {
    const base = Reflect.getMetadata('path', controller) as string | undefined;
    const handlers = controller.prototype as Handlers;
    if (base === undefined) return [];
    return Object.getOwnPropertyNames(handlers).flatMap((name): Route[] => {
      const method = Reflect.getMetadata('method', handlers[name]!) as RequestMethod | undefined;
      if (method === undefined) return [];
      const own = Reflect.getMetadata('path', handlers[name]!) as string;
      const path = `/${[base, own].join('/').replaceAll(/\/+/g, '/')}`.replace(/(?<=.)\/$/, '');
      return [{ method: RequestMethod[method], path: path.replaceAll('::', '\0').replaceAll(/:\w+/g, '7').replaceAll('\0', ':') }]; // prettier-ignore
    });
  });

describe('the table of paths', () => {
  it.each(services)('leads every route of %s to it', (service) => {
    const routes = routesOf(service);
    expect(routes.length).toBeGreaterThan(3);
    expect(routes.map(({ method, path }) => [method, path, serviceAt(path)])).toEqual(
      routes.map(({ method, path }) => [method, path, service]),
    );
  });

  it.each(services)('names no path at which %s has nothing', (service) => {
    const known = routesOf(service).map(({ path }) => path);
    const idle = paths[service].filter((path) => path !== '/' && !known.some((one) => new RegExp(patternOf(path)).test(one))); // prettier-ignore
    expect(idle).toEqual([]);
  });
});
