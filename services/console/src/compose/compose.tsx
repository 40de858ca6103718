import { useState } from 'react';
import { ComposeDialog } from './dialog.tsx';

type Props = { customer: string; onClose: () => void; onSaved: () => void };

const handleOf = (text: string): string => (text.includes(':') ? text.trim() : `email:${text.trim()}`);
const instantOf = (local: string): string => new Date(local).toISOString();

/** What was discussed and decided, and what comes next. */
export const NoteDialog = ({ customer, ...rest }: Props) => {
  const [note, setNote] = useState({ discussed: '', decided: '', what: '', owner: '', due: '' });
  const field = (name: keyof typeof note) => ({
    value: note[name],
    onChange: ({ target }: { target: { value: string } }) => setNote({ ...note, [name]: target.value }),
  });
  const body = () => ({
    ...(note.discussed && { discussed: note.discussed }),
    ...(note.decided && { decided: note.decided }),
    ...(note.what && {
      nextStep: {
        what: note.what,
        ...(note.owner && { owner: handleOf(note.owner) }),
        ...(note.due && { due: instantOf(note.due) }),
      },
    }),
  });
  return (
    <ComposeDialog title="Write a note" path={`/v1/customers/${customer}/notes`} body={body} {...rest}>
      <label>
        Discussed
        <textarea rows={3} autoFocus {...field('discussed')} />
      </label>
      <label>
        Decided
        <textarea rows={2} {...field('decided')} />
      </label>
      <label>
        Next step
        <input {...field('what')} />
      </label>
      <div className="two">
        <label>
          Who
          <input placeholder="bo@acme.example" {...field('owner')} />
        </label>
        <label>
          By when
          <input type="datetime-local" {...field('due')} />
        </label>
      </div>
    </ComposeDialog>
  );
};

/** Something that somebody is to do by an instant. */
export const TaskDialog = ({ customer, ...rest }: Props) => {
  const [what, setWhat] = useState('');
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const body = () => ({ what, owner: handleOf(owner), due: instantOf(due) });
  return (
    <ComposeDialog title="New task" path={`/v1/customers/${customer}/tasks`} body={body} {...rest}>
      <label>
        What is to be done
        <input autoFocus required value={what} onChange={({ target }) => setWhat(target.value)} />
      </label>
      <div className="two">
        <label>
          Who
          <input
            required
            placeholder="bo@acme.example"
            value={owner}
            onChange={({ target }) => setOwner(target.value)}
          />
        </label>
        <label>
          By when
          <input required type="datetime-local" value={due} onChange={({ target }) => setDue(target.value)} />
        </label>
      </div>
    </ComposeDialog>
  );
};

/** Who answers for this customer from now on. */
export const OwnerDialog = ({ customer, ...rest }: Props) => {
  const [owner, setOwner] = useState('');
  return (
    <ComposeDialog
      title="Who is responsible?"
      path={`/v1/customers/${customer}/owner`}
      body={() => ({ owner: owner.trim() ? handleOf(owner) : null })}
      {...rest}
    >
      <label>
        Address of the owner (empty: nobody)
        <input
          autoFocus
          placeholder="bo@acme.example"
          value={owner}
          onChange={({ target }) => setOwner(target.value)}
        />
      </label>
    </ComposeDialog>
  );
};
