import type { Plan, Policy } from '../src/retention/shapes.ts';
import type { Answered, Asked } from './answers.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-05-06T10:00:00Z');

const counts: readonly (readonly [quarter: string, customers: number, staying: number])[] = [
  ['2024Q1', 40, 12], ['2024Q2', 3, 0], ['2025Q4', 1_000, 640], ['2026Q2', 53, 0],
]; // prettier-ignore

const overAt = (quarter: string, keep: number): number =>
  Date.UTC(Number(quarter.slice(0, 4)), (Number(quarter.at(-1)) - 1 + keep + 1) * 3);

const planOf = (policy: Policy, keep = policy.keep): Plan => ({
  policy,
  items: counts.map(([quarter, customers, staying]) => {
    const at = keep === undefined ? undefined : overAt(quarter, keep);
    const expires = at && Math.max(at, policy.from === undefined ? 0 : Date.parse(policy.from));
    return {
      quarter, customers, staying, keys: customers + 2, atLeast: customers === 1_000,
      ...(expires && { expiresAt: new Date(expires).toISOString() }),
      over: at !== undefined && at <= now, near: expires !== undefined && expires - policy.notice * dayMs <= now,
    };
  }),
}); // prettier-ignore

/** What is answered about retention; undefined where it is about something else. */
export const retentionAnswers = (
  world: { retention: Policy },
  { method, path, query, body }: Asked,
): Answered | undefined => {
  if (method === 'GET' && path === '/v1/retention')
    return { body: planOf(world.retention, query.has('keep') ? Number(query.get('keep')) : undefined) };
  if (method !== 'PUT' || path !== '/v1/policies/retention') return undefined;
  const { keep, notice } = body as { keep: number | null; notice: number };
  world.retention = { notice, from: new Date(now + notice * dayMs).toISOString(), ...(keep !== null && { keep }) };
  return { body: { event: crypto.randomUUID(), position: 2_000 } };
};
