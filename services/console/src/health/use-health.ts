import { useQuery } from '@tanstack/react-query';
import { get, getOf, Problem } from '../api.ts';
import type { Connection, Delivery } from '../connections/shapes.ts';
import type { Page } from '../shapes.ts';
import { ofBeside } from './beside.ts';
import { ofInstallation } from './installation.ts';
import type { Checkpoints, Finding, Projection, Queue, Status, Told } from './shapes.ts';
import { ofTenant } from './tenant.ts';

const told = async <Shape>(asked: Promise<Shape>): Promise<Told<Shape>> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem && error.status === 403) return 'closed';
    if (error instanceof Problem && (error.status === 404 || error.code === 'NothingSigned')) return 'absent';
    throw error;
  }
};

const most = 200;

const examine = async (ask: typeof get, signal: AbortSignal): Promise<{ status: Status; findings: Finding[] }> => {
  const [status, connections, deliveries, queues] = await Promise.all([
    ask<Status>('/v1/status', {}, signal),
    told(ask<Page<Connection>>('/v1/connections', { limit: most }, signal)),
    told(ask<Page<Delivery>>('/v1/deliveries', { state: 'aside', limit: most }, signal)),
    told(ask<Page<Queue>>('/v1/queues', { limit: most }, signal)),
  ]);
  return { status, findings: ofTenant({ status, connections, deliveries, queues }) };
};

type Health = {
  tenant: string;
  installation: Finding[];
  own: Finding[];
  /** As they were at this look: at the next one it is seen whether they stand still. */
  projections: Told<{ items: Projection[] }>;
};

/** How it goes with the installation, and with the tenant that is shown. */
export const useHealth = () =>
  useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal, client, queryKey }): Promise<Health> => {
      const before = client.getQueryData<Health>(queryKey)?.projections;
      const [{ status, findings: own }, checkpoints, projections] = await Promise.all([
        examine(get, signal),
        told(get<Checkpoints>('/v1/ledger/checkpoints', { limit: 1 }, signal)),
        told(get<{ items: Projection[] }>('/v1/projections', {}, signal)),
      ]);
      const installation = [...ofInstallation(status, checkpoints), ...ofBeside(projections, before)];
      return { tenant: status.tenant, installation, own, projections };
    },
    refetchInterval: 10_000,
  });

/** How it goes with another tenant. */
export const useHealthOf = (name: string) =>
  useQuery({
    queryKey: ['health', name],
    queryFn: ({ signal }) => examine(getOf(name), signal),
    refetchInterval: 60_000,
  });
