import type { InteractionInput } from '@throughline/contracts';
import { eventually } from '@throughline/testing';
import { asking, told, withQuery } from './asking.ts';
import type { Status } from './cli.ts';
import { type Captured, interaction } from './made.ts';
import type { Brief, Entry, Page, Party, Written } from './shapes.ts';
import { standalone } from './standalone.ts';

/** A matter as lists show it, as far as scenarios look. */
export type Matter = {
  readonly id: string;
  readonly state: string;
  readonly agent?: Party;
  readonly team?: string;
  readonly conversations?: readonly { readonly id: string }[];
};

/** A moment that many minutes ago. */
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

export const customer = (handle: string, name?: string) => ({ role: 'customer' as const, handle, name });
export const agent = (handle: string) => ({ role: 'agent' as const, handle });

/** The whole product at work, and the few things that scenarios do with it. */
export const scene = async () => {
  const server = await standalone();
  const get = told(asking(server.url));
  let head = 0;
  let nth = 0;
  await get('/v1/own-addresses', { json: { domain: 'acme.example' } });

  const say = async (of: Partial<InteractionInput>): Promise<Captured> => {
    const told = await get<Captured>('/v1/interactions', { json: interaction(`made-${(nth += 1)}`, of) });
    head = Math.max(head, told.position);
    return told;
  };
  /** Everybody has heard everything, and nothing more follows from it. */
  const settled = () =>
    eventually(
      async () => {
        const { head: at, projections } = await get<Status>('/v1/status');
        const behind = projections.filter(({ position }) => position < at).map(({ name }) => name);
        if (behind.length > 0) throw new Error(`behind ${at}: ${behind.join()}`);
        head = at;
      },
      { within: 30_000 },
    );
  const briefOf = (handle: string): Promise<Brief> => get<Brief>(withQuery('/v1/brief', { handle, minPosition: head }));
  const timelineOf = async (handle: string, query: Record<string, string> = {}): Promise<readonly Entry[]> => {
    const { id } = (await briefOf(handle)).customer;
    return (await get<Page<Entry>>(withQuery(`/v1/customers/${id}/timeline`, { ...query, limit: 100 }))).items;
  };

  return {
    url: server.url,
    get,
    say,
    settled,
    briefOf,
    timelineOf,
    /** Somebody of ours who takes turns in a team. */
    staff: async (handle: string, name: string, team: string): Promise<void> => {
      const { id } = await get<Written>('/v1/agents', { json: { handle, name, teams: [team] } });
      await get(`/v1/agents/${id}/presence`, { method: 'PUT', json: { presence: 'available' } });
    },
    team: (name: string, json: object) => get(`/v1/teams/${name}`, { method: 'PUT', json }),
    /** The open matters of a customer, or of an agent. */
    matters: async (query: Record<string, string>): Promise<readonly Matter[]> =>
      (await get<Page<Matter>>(withQuery('/v1/matters', { ...query, minPosition: head }))).items,
    /** The session that goes on in a conversation is over. */
    end: (conversation: string, outcome: string) => get(`/v1/conversations/${conversation}/end`, { json: { outcome } }),
    close: () => server.kill(),
  };
};

export type Scene = Awaited<ReturnType<typeof scene>>;
