import { describe, expect, it } from '@jest/globals';
import { destinationOf, rules, serviceAt } from './paths.ts';

describe('a path', () => {
  it.each([
    ['/v1/interactions', 'capture'],
    ['/v1/interactions:batch', 'capture'],
    ['/v1/interactions/7/kind', 'capture'],
    ['/v1/interactionsanew', 'timeline'],
    ['/v1/customers', 'timeline'],
    ['/v1/customers/7/timeline/stream', 'timeline'],
    ['/v1/customers/7/notes', 'capture'],
    ['/v1/customers/7/links/8', 'capture'],
    ['/v1/customers/7/owner', 'routing'],
    ['/v1/customers/email:ann%2Fb@example.com/owner', 'routing'],
    ['/v1/tasks', 'timeline'],
    ['/v1/tasks/', 'timeline'],
    ['/v1/tasks/7/snooze', 'routing'],
    ['/v1/accounts/7/owner', 'routing'],
    ['/v1/accounts/7/timeline', 'timeline'],
    ['/v1/connections/7/test', 'crm-writeback'],
    ['/', 'timeline'],
    ['/customers/7', 'timeline'],
    ['/v1/nothing', 'timeline'],
    ['', 'timeline'],
  ])('(%s) is of %s', (path, service) => expect(serviceAt(path)).toBe(service));
});

it('is named once', () => expect(new Set(rules.map(({ path }) => path)).size).toBe(rules.length));

it.each([
  ['DELETE', '/v1/customers/7', 'capture', '/v1/customers/7/data'],
  ['DELETE', '/v1/customers/7/', 'capture', '/v1/customers/7/data'],
  ['DELETE', '/v1/customers/7/data', 'capture', '/v1/customers/7/data'],
  ['DELETE', '/v1/customers/7/links/8', 'capture', '/v1/customers/7/links/8'],
  ['DELETE', '/v1/customers', 'timeline', '/v1/customers'],
  ['GET', '/v1/customers/7', 'timeline', '/v1/customers/7'],
])('%s %s is done by %s at %s', (method, asked, service, path) =>
  expect(destinationOf(method, asked)).toEqual({ service, path }),
);
