import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { write } from '../api.ts';
import { Trouble } from '../compose/dialog.tsx';
import type { Customer } from '../shapes.ts';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { bare, customerName } from '../words.ts';
import type { Erasure } from './shapes.ts';
import { useMayErase } from './use-erasure.ts';

/** For those who may erase: the way to it, at the end of what is known of somebody. */
export const Erase = ({ customer }: { customer: Customer }) => {
  const [asked, ask] = useState(false);
  if (!useMayErase()) return null;
  return (
    <p>
      <button type="button" className="link erase" onClick={() => ask(true)}>
        Erase this person …
      </button>
      {asked && <Confirm customer={customer} onClose={() => ask(false)} />}
    </p>
  );
};

const Confirm = ({ customer, onClose }: { customer: Customer; onClose: () => void }) => {
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const name = customerName(customer);
  const erase = async () => {
    setBusy(true);
    try {
      await write<Erasure>('DELETE', `/v1/customers/${customer.id}`, undefined);
      await queries.invalidateQueries({ queryKey: ['customer', `customers/${customer.id}`] });
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void erase();
  };
  return (
    <Dialog title="Erase this person for good?" className="erasing" onClose={onClose}>
      <form onSubmit={submit}>
        <What customer={customer} name={name} />
        <label className="sure">
          <input type="checkbox" required checked={sure} onChange={({ target }) => setSure(target.checked)} />I know
          that this cannot be undone.
        </label>
        {error !== undefined && <Trouble error={error} />}
        <footer>
          <DialogClose type="button">Cancel</DialogClose>
          <button type="submit" className="danger" disabled={!sure || busy}>
            Erase for good
          </button>
        </footer>
      </form>
    </Dialog>
  );
};

const What = ({ customer: { handles, entries }, name }: { customer: Customer; name: string }) => (
  <div className="what">
    <p>
      <b>
        <bdi>{name}</bdi>
      </b>
      {', '}with {handles.length === 1 ? 'one address' : `${handles.length} addresses`}
      {entries !== undefined && ` and ${entries.toLocaleString()} ${entries === 1 ? 'interaction' : 'interactions'}`}:
    </p>
    <p className="aside">{handles.map(({ handle }) => (handle ? bare(handle) : 'not shown')).join(' · ')}</p>
    <ul>
      <li>
        Their keys are destroyed at once: what they said can be opened no more, by nobody, in no copy of the data.
      </li>
      <li>Timeline, notes, tasks, promises, and every word of theirs in the search are removed.</li>
      <li>What is still to be written about them to a CRM is dropped. What a CRM has already, it keeps.</li>
      <li>One line is left: that somebody was erased, and when. Who writes again is somebody new.</li>
    </ul>
  </div>
);
