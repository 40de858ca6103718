import * as Dialog from '@radix-ui/react-dialog';

const keys: readonly (readonly [readonly string[], string])[] = [
  [['/', '⌘K'], 'find somebody, or something that was said'],
  [['j', 'k'], 'down and up'],
  [['Enter'], 'open, unfold'],
  [['n'], 'write a note'],
  [['t'], 'new task'],
  [['o'], 'who is responsible'],
  [['?'], 'this help'],
];

/** What the keyboard does. */
export const Help = ({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog.Root open={open} onOpenChange={onOpenChange}>
    <Dialog.Portal>
      <Dialog.Overlay className="overlay" />
      <Dialog.Content className="dialog" aria-describedby={undefined}>
        <Dialog.Title className="dialog-title">From the keyboard</Dialog.Title>
        <dl className="keys">
          {keys.map(([names, what]) => (
            <div key={what}>
              <dt>
                {names.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <footer>
          <Dialog.Close type="button">Close</Dialog.Close>
        </footer>
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
);
