import type { DataOf } from '@throughline/contracts';
import type { Context } from '../crms/crm.ts';

/** What is told of a customer: the event's data, without who the owner is. */
type Known = Omit<DataOf<'CrmContextRead'>, 'connection' | 'subject' | 'at' | 'found' | 'contact'>;

const mostItems = 50;
const longest = 500;

const text = (value: string | undefined, most = longest): string | undefined =>
  value === undefined || value.trim() === '' ? undefined : value.replaceAll('\0', '').slice(0, most).toWellFormed();

const tierOf = (tier: string | undefined): string | undefined =>
  text(tier?.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim(), 64);

/** What a CRM told of a contact, bounded: fifty deals and purchases, the first ones. `ownerId` is the keyed id of the owner's handle. */
export const knownOf = (
  { owner, tier, value, renewal, deals = [], purchases = [], loyalty }: Context,
  ownerId: (handle: string) => string | undefined,
): Known => {
  const id = owner?.handle === undefined ? undefined : ownerId(owner.handle);
  return {
    ...(id !== undefined && {
      owner: { id, handle: owner!.handle, ...(owner!.name !== undefined && { name: text(owner!.name) }) },
    }),
    ...(tierOf(tier) !== undefined && { tier: tierOf(tier) }),
    ...(value && { value }),
    ...(text(renewal) !== undefined && { renewal: text(renewal) }),
    ...(deals.length > 0 && {
      deals: deals.slice(0, mostItems).map((deal) => ({ ...deal, name: text(deal.name) ?? 'A deal' })),
    }),
    ...(purchases.length > 0 && {
      purchases: purchases.slice(0, mostItems).map((one) => ({ ...one, product: text(one.product) ?? 'A product' })),
    }),
    ...(loyalty && { loyalty }),
  };
};
