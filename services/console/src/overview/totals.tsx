import type { Overview } from '../shapes.ts';

/** How much it was in all, and which way it went. */
export const Totals = ({ totals }: { totals: Overview['totals'] }) => (
  <dl className="totals">
    <Total name="Interactions" count={totals.interactions} />
    <Total name="Customers" count={totals.customers} />
    <Total name="From them" count={totals.inbound} of={totals.interactions} />
    <Total name="From us" count={totals.outbound} of={totals.interactions} />
    <Total name="Among us" count={totals.internal || undefined} of={totals.interactions} />
  </dl>
);

const Total = ({ name, count, of }: { name: string; count: number | undefined; of?: number }) =>
  count !== undefined && (
    <div>
      <dt>{name}</dt>
      <dd>
        {count.toLocaleString()}
        {of !== undefined && of > 0 && <span className="dim"> {Math.round((100 * count) / of)} %</span>}
      </dd>
    </div>
  );
