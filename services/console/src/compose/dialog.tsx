import * as RadixDialog from '@radix-ui/react-dialog';
import { type ReactNode, useState } from 'react';
import { Problem, post } from '../api.ts';

type Props = {
  title: string;
  onClose: () => void;
  /** Where it is sent, and what, once the fields are filled. */
  path: string;
  body: () => unknown;
  onSaved: () => void;
  children: ReactNode;
};

/** A dialog that writes one thing, once: pressing save twice, or again after a break, is one. */
export const ComposeDialog = ({ title, onClose, path, body, onSaved, children }: Props) => {
  const [key] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await post(path, body(), key);
      onSaved();
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="overlay" />
        <RadixDialog.Content className="dialog" aria-describedby={undefined}>
          <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void save();
            }}
          >
            {children}
            {problem && (
              <p className="problem" role="alert">
                {problem}
              </p>
            )}
            <footer>
              <RadixDialog.Close type="button">Cancel</RadixDialog.Close>
              <button type="submit" className="primary" disabled={busy}>
                Save
              </button>
            </footer>
          </form>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
};

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Problem)) return 'Throughline does not answer; nothing was saved. Try again.';
  const faults = error.faults.map(({ pointer, reason }) => `${pointer.slice(1)} ${reason}`);
  return faults.length > 0 ? faults.join('; ') : error.message;
};
