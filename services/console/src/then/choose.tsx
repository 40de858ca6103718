import { type FormEvent, useState } from 'react';
import { localOf } from '../compose/form.ts';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { goThen } from './moment.ts';
import { type Then, timeThen } from './then.ts';

const clocks = [
  ['known', 'What we knew then', 'Nothing that came in later: the answer that was given at that time, and stays so.'],
  ['happened', 'What had happened by then', 'By all we know today, with what was told later.'],
  ['both', 'What had happened by then, as far as we knew', 'Without what came in later, or was to come.'],
] as const;
type Clock = (typeof clocks)[number][0];

const clockOf = ({ asOf, recordedAsOf }: Then = {}): Clock => {
  if (asOf === undefined) return 'known';
  return recordedAsOf === undefined ? 'happened' : 'both';
};

const momentOf = (clock: Clock, at: string): Then => ({
  ...(clock !== 'known' && { asOf: at }),
  ...(clock !== 'happened' && { recordedAsOf: at }),
});

/** Asks as of when the page is to be, and by which of the two clocks. */
export const Choose = ({ past, onClose }: { past: Then | undefined; onClose: () => void }) => {
  const [now] = useState(() => localOf(new Date()));
  const [at, setAt] = useState(() => {
    const time = past && timeThen(past);
    return time === undefined ? now : localOf(new Date(time));
  });
  const [clock, setClock] = useState(() => clockOf(past));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    goThen(momentOf(clock, new Date(at).toISOString()));
  };
  return (
    <Dialog title="Look back" onClose={onClose}>
      <form onSubmit={submit}>
        <div className="field">
          <label htmlFor="then-at">As of</label>
          <input
            id="then-at"
            type="datetime-local"
            required
            max={now}
            value={at}
            onChange={({ target }) => setAt(target.value)}
          />
        </div>
        <fieldset className="clocks">
          <legend>What is to be seen</legend>
          {clocks.map(([name, title, hint]) => (
            <label key={name}>
              <input type="radio" name="clock" checked={clock === name} onChange={() => setClock(name)} />
              <span>
                {title} <span className="aside">{hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <footer>
          <DialogClose type="button">Cancel</DialogClose>
          <button type="submit" className="primary">
            Look back
          </button>
        </footer>
      </form>
    </Dialog>
  );
};
