import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { get } from '../api.ts';
import { navigate } from '../route.ts';
import type { Customer, Found, Page } from '../shapes.ts';
import { agoOf, bare, nameOf } from '../words.ts';

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

/** Find anybody, anything that was said, or a place of the page, from the keyboard. */
export const Palette = ({ open, onOpenChange }: Props) => {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const people = useQuery({
    queryKey: ['palette', 'people', q],
    queryFn: ({ signal }) => get<Page<Customer>>('/v1/customers', { q, limit: 6 }, signal),
    enabled: open,
  });
  const said = useQuery({
    queryKey: ['palette', 'said', q],
    queryFn: ({ signal }) => get<Page<Found>>('/v1/search', { q, limit: 6 }, signal),
    enabled: open && q.length > 1,
  });
  const go = (href: string) => () => {
    onOpenChange(false);
    setText('');
    navigate(href);
  };
  return (
    <Command.Dialog
      open={open}
      onOpenChange={onOpenChange}
      label="Find"
      shouldFilter={false}
      overlayClassName="overlay"
      contentClassName="palette"
    >
      <Command.Input value={text} onValueChange={setText} placeholder="Somebody, or something that was said …" />
      <Command.List>
        <Command.Empty>{people.isFetching ? '…' : 'Nothing found.'}</Command.Empty>
        {(people.data?.items.length ?? 0) > 0 && (
          <Command.Group heading={q ? 'People' : 'Lately'}>
            {people.data?.items.map((person) => (
              <Command.Item key={person.id} value={person.id} onSelect={go(`/customers/${person.id}`)}>
                <span dir="auto">{nameOf({ name: person.name, handle: person.handles[0]?.handle })}</span>
                <span className="dim">{person.handles[0]?.handle && bare(person.handles[0].handle)}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {(said.data?.items.length ?? 0) > 0 && (
          <Command.Group heading="Said">
            {said.data?.items.map(({ customer, entry }) => (
              <Command.Item key={entry.id} value={entry.id} onSelect={go(`/customers/${customer.id}?at=${entry.id}`)}>
                <span dir="auto">{entry.subject ?? entry.text?.slice(0, 80) ?? entry.type}</span>
                <span className="dim">
                  {customer.name} {agoOf(entry.occurredAt)}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {!q && (
          <Command.Group heading="Go to">
            <Command.Item onSelect={go('/')}>People</Command.Item>
            <Command.Item onSelect={go('/overview')}>Overview</Command.Item>
            <Command.Item onSelect={go('/quarantine')}>Quarantine</Command.Item>
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
};
