/** The services that answer over HTTP. */
export const services = ['capture', 'routing', 'timeline', 'crm-writeback'] as const;

/** The name of one of them. */
export type Service = (typeof services)[number];

/**
 * Which service answers at which path, for the front and for the Ingress. A path stands for itself and for all below it;
 * `{…}` is one part of it. Where several fit, the longest has it; where none does, it is timeline's, which serves the
 * console.
 */
export const paths: Readonly<Record<Service, readonly string[]>> = {
  capture: [
    '/v1/audit',
    '/v1/conversations',
    '/v1/customers/{id}/data',
    '/v1/customers/{id}/links',
    '/v1/customers/{id}/notes',
    '/v1/emails',
    '/v1/erasures',
    '/v1/interactions',
    '/v1/interactions:batch',
    '/v1/keys',
    '/v1/own-addresses',
    '/v1/policies/retention',
    '/v1/policies/session',
    '/v1/quarantine',
    '/v1/quarantine:retry',
    '/v1/retention',
    '/v1/tenants',
  ],
  routing: [
    '/v1/accounts/{id}/owner',
    '/v1/agents',
    '/v1/calendars',
    '/v1/customers/{id}/owner',
    '/v1/customers/{id}/promises',
    '/v1/customers/{id}/tasks',
    '/v1/matters',
    '/v1/policies/matter',
    '/v1/policies/promise',
    '/v1/promises',
    '/v1/queues',
    '/v1/route',
    '/v1/tasks/{id}',
    '/v1/teams',
  ],
  timeline: [
    '/v1/accounts',
    '/v1/brief',
    '/v1/customers',
    '/v1/events',
    '/v1/gists',
    '/v1/ledger',
    '/v1/overview',
    '/v1/parked',
    '/v1/projections',
    '/v1/search',
    '/v1/status',
    '/v1/tasks',
    '/',
  ],
  'crm-writeback': ['/v1/connections', '/v1/crms', '/v1/deliveries'],
};

/** A regular expression, in what RE2 and JavaScript have in common, for a path of the table and all below it. */
export const patternOf = (path: string): string =>
  path === '/' ? '^/' : `^${path.replaceAll(/\{\w+\}/g, '[^/]+')}(/|$)`;

/** The table as rules, in the order in which they are to be tried. */
export const rules: readonly { readonly path: string; readonly service: Service }[] = services
  .flatMap((service) => paths[service].map((path) => ({ path, service })))
  .toSorted((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));

const tried = rules.map(({ path, service }) => ({ pattern: new RegExp(patternOf(path)), service }));

/** Whose a path is, as it stands in a request, without its query. */
export const serviceAt = (path: string): Service =>
  tried.find(({ pattern }) => pattern.test(path))?.service ?? 'timeline';

/** A customer itself, and nothing below it: read there from timeline, erased there by capture. So it is the front's in an Ingress. */
export const customerPattern = '^/v1/customers/[^/]+/?$';

const customer = new RegExp(customerPattern);

/** Whose a request is, and at which of that service's paths: the one that was asked, but for the erasure of a customer. */
export const destinationOf = (method: string, path: string): { readonly service: Service; readonly path: string } =>
  method === 'DELETE' && customer.test(path)
    ? { service: 'capture', path: `${path.replace(/\/$/, '')}/data` }
    : { service: serviceAt(path), path };
