import * as Dialog from '@radix-ui/react-dialog';

const keys = [
  ['/  or  ⌘K', 'find'],
  ['j  k', 'older, newer'],
  ['enter', 'open, fold'],
  ['n', 'write a note'],
  ['t', 'new task'],
  ['o', 'who is responsible'],
  ['?', 'this help'],
] as const;

/** What the keyboard does. */
export const Help = ({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog.Root open={open} onOpenChange={onOpenChange}>
    <Dialog.Portal>
      <Dialog.Overlay className="overlay" />
      <Dialog.Content className="dialog" aria-describedby={undefined}>
        <Dialog.Title className="dialog-title">From the keyboard</Dialog.Title>
        <dl className="keys">
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
);
