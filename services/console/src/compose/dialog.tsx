import { type FormEvent, useRef, useState } from 'react';
import { Problem, post } from '../api.ts';
import type { Written } from '../shapes.ts';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { FieldView, known } from './field.tsx';
import { bodyOf, faultsOf, type Field, hintOf, keptOf, type Values, valuesOf } from './form.ts';

type Props<Answer> = {
  title: string;
  fields: readonly Field[];
  /** Where it is sent. */
  path: string;
  /** The body, where it is not just what the fields say. */
  toBody?: (body: Record<string, unknown>) => unknown;
  /** What is asked for where nothing is filled in; without it that is sent as well. */
  ifEmpty?: string;
  /** What the button says that sends it. */
  verb?: string;
  onClose: () => void;
  onWritten: (written: Answer) => void;
};

/** What is typed, and the key under which it is sent: other content is another thing to write. */
type Draft = { readonly key: string; readonly values: Values };

// What was not sent, or nobody knows whether it arrived, is still there when the dialog is opened again.
const drafts = new Map<string, Draft>();
const blank = (values: Values): Draft => ({ key: crypto.randomUUID(), values });

/** A dialog that writes one thing, once: pressing save twice, or again after a break, is one. */
export const ComposeDialog = <Answer extends object = Written>(props: Props<Answer>) => {
  const { title, fields, path, ifEmpty, toBody = (body) => body, verb = 'Save', onClose, onWritten } = props;
  const [draft, setDraft] = useState(() => drafts.get(path) ?? blank(valuesOf(fields)));
  const { key, values } = draft;
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(fields, error instanceof Problem ? error.faults : []);
  const change = (pointer: string) => (value: string) => {
    const changed = blank({ ...values, [pointer]: value });
    drafts.set(path, { ...changed, values: keptOf(fields, changed.values) });
    setDraft(changed);
  };
  const save = async () => {
    setBusy(true);
    try {
      const written = await post<Answer>(path, toBody(bodyOf(fields, values, ifEmpty)), key);
      drafts.delete(path);
      for (const { kind, pointer } of fields) if (kind === 'who' && values[pointer]) known.add(values[pointer]);
      onWritten(written);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} onSubmit={submit}>
        {fields.map((field) => (
          <FieldView
            key={field.pointer}
            field={field}
            hint={hintOf(field, values)}
            value={values[field.pointer] ?? ''}
            fault={faults.of(field.pointer)}
            onChange={change(field.pointer)}
          />
        ))}
        {error !== undefined && !faults.areOfFields && <Trouble error={error} others={faults.others} />}
        <footer>
          <DialogClose type="button">Cancel</DialogClose>
          <button type="submit" className="primary" disabled={busy}>
            {verb}
          </button>
        </footer>
      </form>
    </Dialog>
  );
};

type TroubleProps = { error: unknown; others?: readonly { pointer: string; reason: string }[] };

/** What went wrong with what was sent. */
export const Trouble = ({ error, others = [] }: TroubleProps) => {
  const words =
    error instanceof Problem
      ? [error.message, ...others.map(({ pointer, reason }) => `${pointer.slice(1)} ${reason}`.trim())]
      : ['Throughline does not answer; nothing was saved. Try again.'];
  return (
    <div className="problem" role="alert">
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
};
