import { useId, useState } from 'react';
import { type Field, soon } from './form.ts';

type Props = {
  field: Field;
  /** A word about it, below it. */
  hint: string | undefined;
  value: string;
  fault: string | undefined;
  onChange: (value: string) => void;
};

/** A field with its name above it, and what is wrong with it beneath. */
export const FieldView = ({ field, hint, value, fault, onChange }: Props) => {
  const id = useId();
  const { label, kind } = field;
  const said = [hint && `${id}-hint`, fault !== undefined && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div className="field" data-kind={kind}>
      <label htmlFor={id}>{label}</label>
      <Control
        id={id}
        field={field}
        value={value}
        onChange={onChange}
        said={said || undefined}
        bad={fault !== undefined}
      />
      {kind === 'when' && <Soon onChange={onChange} />}
      {hint && (
        <p className="aside" id={`${id}-hint`}>
          {hint}
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

type ControlProps = Pick<Props, 'field' | 'value' | 'onChange'> & {
  id: string;
  said: string | undefined;
  bad: boolean;
};

const Control = ({ id, field: { kind, required, options = [] }, value, onChange, said, bad }: ControlProps) => {
  const control = {
    id,
    value,
    required,
    autoComplete: 'off',
    'aria-invalid': bad,
    'aria-describedby': said,
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  switch (kind) {
    case 'lines':
      return <textarea rows={3} dir="auto" {...control} />;
    case 'json':
      return <textarea rows={6} spellCheck={false} className="code" {...control} />;
    case 'when':
      return <input type="datetime-local" {...control} />;
    case 'count':
      return <input inputMode="numeric" {...control} />;
    case 'secret':
      return <input type="password" {...control} autoComplete="new-password" />;
    case 'yes':
      return (
        <input
          {...control}
          type="checkbox"
          checked={value === 'yes'}
          onChange={({ target }) => onChange(target.checked ? 'yes' : '')}
        />
      );
    case 'choice':
      return (
        <select {...control}>
          <option value="" disabled>
            Choose …
          </option>
          {options.map(([of, name]) => (
            <option key={of} value={of}>
              {name}
            </option>
          ))}
        </select>
      );
    case 'line':
    case 'who': {
      const names = kind === 'who' ? known.get() : options.map(([of]) => of);
      return (
        <>
          <input
            {...control}
            dir="auto"
            list={`${id}-known`}
            placeholder={kind === 'who' ? 'bo@acme.example' : undefined}
          />
          <datalist id={`${id}-known`}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </datalist>
        </>
      );
    }
  }
};

const Soon = ({ onChange }: Pick<Props, 'onChange'>) => {
  const [moments] = useState(() => soon(new Date()));
  return (
    <p className="soon">
      {moments.map(([name, at]) => (
        <button key={name} type="button" className="link" onClick={() => onChange(at)}>
          {name}
        </button>
      ))}
    </p>
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
