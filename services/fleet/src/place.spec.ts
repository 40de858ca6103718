import { describe, expect, it } from '@jest/globals';
import { placesOf, replicasOf } from './place.ts';

describe('the processes of a fleet', () => {
  it('are one of each service unless more are asked for, each with ports of its own', () => {
    const replicas = replicasOf(['timeline=2']);
    if ('fault' in replicas) throw new Error(replicas.fault);
    expect(placesOf(replicas, { grpc: 50_051, metrics: 9464 })).toEqual([
      { service: 'capture', name: 'capture', grpc: 50_051, metrics: 9464 },
      { service: 'routing', name: 'routing', grpc: 50_052, metrics: 9465 },
      { service: 'timeline', name: 'timeline', grpc: 50_053, metrics: 9466 },
      { service: 'timeline', name: 'timeline 2', grpc: 0, metrics: 9467 },
      { service: 'crm-writeback', name: 'crm-writeback', grpc: 0, metrics: 9468 },
      { service: 'relay', name: 'relay', grpc: 0, metrics: 9469 },
    ]);
    for (const metrics of [0, 'off'] as const)
      for (const place of placesOf(replicas, { grpc: 0, metrics })) expect(place).toMatchObject({ grpc: 0, metrics });
  });

  it.each(['timeline', 'timeline=0', 'timeline=10', 'console=2', '--help', 'timeline=2=2'])('are not %s', (arg) =>
    expect(replicasOf([arg])).toEqual({ fault: expect.stringContaining(arg) }),
  );
});
