import * as Dialog from '@radix-ui/react-dialog';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { get } from '../api.ts';
import { navigate } from '../route.ts';
import type { Account, Customer, Entry, Found, Page } from '../shapes.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { accountName, agoOf, bare, customerName } from '../words.ts';

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Find anybody, anything that was said, or a place of the page, from the keyboard. */
export const Palette = ({ open, onOpenChange }: Props) => (
  <Dialog.Root open={open} onOpenChange={onOpenChange}>
    <Dialog.Portal>
      <Dialog.Overlay className="overlay" />
      <Dialog.Content className="palette" aria-describedby={undefined}>
        <Dialog.Title className="sr">Find</Dialog.Title>
        <Finder onDone={() => onOpenChange(false)} />
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
);

type Offer = { key: string; href: string; icon: IconName; name: string; aside?: string };

const places: readonly Offer[] = [
  { key: 'people', href: '/', icon: 'people', name: 'People' },
  { key: 'accounts', href: '/accounts', icon: 'accounts', name: 'Accounts' },
  { key: 'queue', href: '/queue', icon: 'queue', name: 'My queue' },
  { key: 'queues', href: '/queue?view=teams', icon: 'queue', name: 'Queues of all teams' },
  { key: 'overview', href: '/overview', icon: 'overview', name: 'Overview' },
  { key: 'connections', href: '/connections', icon: 'connections', name: 'Connections' },
  { key: 'quarantine', href: '/quarantine', icon: 'quarantine', name: 'Quarantine' },
];

const Finder = ({ onDone }: { onDone: () => void }) => {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const { groups, isFetching } = useOffers(q);
  const offers = groups.flatMap(([, of]) => of);
  // The first of what was found is at hand, whenever it comes.
  const first = offers[0]?.key ?? '';
  const [chosen, choose] = useState(first);
  const [offered, setOffered] = useState(first);
  if (offered !== first) {
    setOffered(first);
    choose(first);
  }
  const go = ({ href }: Offer) => {
    onDone();
    navigate(href);
  };
  return (
    <Command label="Find" shouldFilter={false} value={chosen} onValueChange={choose} loop>
      <Command.Input value={text} onValueChange={setText} placeholder="Somebody, or something that was said …" />
      <Command.List>
        {offers.length === 0 && <p className="palette-empty">{isFetching ? 'Looking …' : 'Nothing found.'}</p>}
        {groups.map(
          ([heading, of]) =>
            of.length > 0 && (
              <Command.Group key={heading} heading={heading}>
                {of.map((offer) => (
                  <Command.Item key={offer.key} value={offer.key} onSelect={() => go(offer)}>
                    <Icon name={offer.icon} size={14} />
                    <span dir="auto">{offer.name}</span>
                    <span className="dim">{offer.aside}</span>
                  </Command.Item>
                ))}
              </Command.Group>
            ),
        )}
      </Command.List>
    </Command>
  );
};

const useOffers = (q: string) => {
  const ask = <Item,>(name: string, path: string, enabled: boolean) =>
    ({
      queryKey: ['palette', name, q],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<Page<Item>>(path, { q, limit: 6 }, signal),
      placeholderData: keepPreviousData,
      enabled,
    }) as const;
  const people = useQuery(ask<Customer>('people', '/v1/customers', true));
  const accounts = useQuery(ask<Account>('accounts', '/v1/accounts', q !== ''));
  const said = useQuery(ask<Found>('said', '/v1/search', q.length > 1));
  const named = places.filter(({ name }) => name.toLowerCase().startsWith(q.toLowerCase()));
  const groups: readonly (readonly [string, readonly Offer[]])[] = [
    [q ? 'People' : 'Lately', (people.data?.items ?? []).map(offerOf)],
    ['Accounts', q ? (accounts.data?.items ?? []).map(offerOfAccount) : []],
    ['Said', q.length > 1 ? (said.data?.items ?? []).flatMap(offersOfFound) : []],
    ['Go to', named],
  ];
  return { groups, isFetching: people.isFetching || accounts.isFetching || said.isFetching };
};

const offerOf = (person: Customer): Offer => ({
  key: person.id,
  href: `/customers/${person.id}`,
  icon: 'owner',
  name: customerName(person),
  aside: person.accounts[0] ? accountName(person.accounts[0]) : bare(person.handles[0]?.handle ?? ''),
});

const offerOfAccount = (account: Account): Offer => ({
  key: account.id,
  href: `/accounts/${account.id}`,
  icon: 'accounts',
  name: accountName(account),
});

// The first words that an entry has of its own.
const wordsOf = ({ type, subject, text, note, task }: Entry): string =>
  subject ??
  text ??
  note?.discussed ??
  note?.decided ??
  note?.text ??
  note?.nextStep?.what ??
  task?.what ??
  task?.done?.outcome ??
  type;

const offersOfFound = ({ customer, entry }: Found): Offer[] =>
  customer
    ? [
        {
          key: `${customer.id} ${entry.id}`,
          href: `/customers/${customer.id}?at=${entry.id}&on=${encodeURIComponent(entry.occurredAt)}`,
          icon: entry.channel ?? (entry.task ? 'task' : 'note'),
          name: wordsOf(entry).slice(0, 80),
          aside: `${customerName(customer)}, ${agoOf(entry.occurredAt)}`,
        },
      ]
    : [];
