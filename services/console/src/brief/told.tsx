import type { Told as Shape } from '../shapes.ts';
import { Time } from '../ui/time.tsx';
import { dateOf, moneyOf, nameOf } from '../words.ts';

/** What a CRM told last of the customer, and how old that is. */
export const Told = ({ asOf, stale, owner, tier, value, renewal, deals = [], purchases = [], loyalty }: Shape) => (
  <>
    <dl className="told">
      <Fact name="Tier">{tier}</Fact>
      <Fact name="Value">{value && moneyOf(value)}</Fact>
      <Fact name="Renewal">{renewal && dateOf(renewal)}</Fact>
      <Fact name="Owner">{owner && nameOf(owner)}</Fact>
      <Fact name="Loyalty">{loyalty && loyaltyOf(loyalty)}</Fact>
      <List name={deals.length === 1 ? 'Deal' : 'Deals'} of={deals.map(dealOf)} />
      <List name="Bought" of={purchases.map(purchaseOf)} />
    </dl>
    <p className="aside">
      as of <Time at={asOf} as="ago" />
      {stale && <span className="tag tag-urgent stale">may be out of date</span>}
    </p>
  </>
);

const Fact = ({ name, children }: { name: string; children: string | undefined }) =>
  children && (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );

const most = 3;

const List = ({ name, of }: { name: string; of: readonly string[] }) =>
  of.length > 0 && (
    <div>
      <dt>{name}</dt>
      <dd>
        {of.slice(0, most).map((one, nth) => (
          // oxlint-disable-next-line react/no-array-index-key -- two of them may say the same
          <p key={nth} dir="auto">
            {one}
          </p>
        ))}
        {of.length > most && <p className="dim">and {of.length - most} more</p>}
      </dd>
    </div>
  );

const joined = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(', ');

const dealOf = ({ name, stage, amount, currency, closes }: NonNullable<Shape['deals']>[number]): string =>
  joined([name, stage, amount === undefined ? undefined : moneyOf({ amount, currency }), closes && dateOf(closes)]);

const purchaseOf = ({ product, at }: NonNullable<Shape['purchases']>[number]): string =>
  joined([product, at && dateOf(at)]);

const loyaltyOf = ({ level, points }: NonNullable<Shape['loyalty']>): string =>
  joined([level, points === undefined ? undefined : `${points.toLocaleString()} points`]);
