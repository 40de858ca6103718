import { useId, useState } from 'react';
import { type Field, soon } from './form.ts';

type Props = { field: Field; value: string; fault: string | undefined; onChange: (value: string) => void };

/** A field with its name above it, and what is wrong with it beneath. */
export const FieldView = ({ field: { label, kind, required }, value, fault, onChange }: Props) => {
  const id = useId();
  const [moments] = useState(() => soon(new Date()));
  const control = {
    id,
    value,
    required,
    'aria-invalid': fault !== undefined,
    'aria-describedby': fault === undefined ? undefined : `${id}-fault`,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  return (
    <div className="field" data-kind={kind}>
      <label htmlFor={id}>{label}</label>
      {kind === 'lines' && <textarea rows={3} dir="auto" {...control} />}
      {kind === 'line' && <input dir="auto" autoComplete="off" {...control} />}
      {kind === 'who' && <input placeholder="bo@acme.example" list={`${id}-known`} autoComplete="off" {...control} />}
      {kind === 'when' && <input type="datetime-local" {...control} />}
      {kind === 'who' && (
        <datalist id={`${id}-known`}>
          {known.get().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
      )}
      {kind === 'when' && (
        <p className="soon">
          {moments.map(([name, at]) => (
            <button key={name} type="button" className="link" onClick={() => onChange(at)}>
              {name}
            </button>
          ))}
        </p>
      )}
      {fault !== undefined && (
        <p className="problem" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
};

const knownKey = 'throughline.people';
const mostKnown = 12;

/** Whom this browser named before. */
export const known = {
  get: (): string[] => JSON.parse(localStorage.getItem(knownKey) ?? '[]') as string[],
  add: (name: string): void =>
    localStorage.setItem(knownKey, JSON.stringify([...new Set([name, ...known.get()])].slice(0, mostKnown))),
};
