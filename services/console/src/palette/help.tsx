import { Dialog, DialogClose } from '../ui/dialog.tsx';

type Keys = readonly (readonly [readonly string[], string])[];

const keys: readonly (readonly [string, Keys])[] = [
  [
    'Everywhere',
    [
      [['/', '⌘K'], 'find somebody, or something that was said'],
      [['j', 'k'], 'down and up'],
      [['Enter'], 'open, unfold'],
      [['g', 'p'], 'people'],
      [['g', 'a'], 'accounts'],
      [['g', 'q'], 'my queue'],
      [['g', 'o'], 'overview'],
      [['g', 'c'], 'connections'],
      [['g', 'u'], 'quarantine'],
      [['g', 'd'], 'health'],
      [['g', 'r'], 'retention'],
      [['?'], 'this help'],
    ],
  ],
  [
    'With a customer',
    [
      [['n'], 'write a note'],
      [['t'], 'new task'],
      [['o'], 'who is responsible'],
      [['h'], 'look back, as of another moment'],
      [['Esc'], 'from the past back to now'],
    ],
  ],
  [
    'In my queue',
    [
      [['n'], 'take the next one that waits'],
      [['a', 'd'], 'accept or decline what is offered'],
      [['f'], 'hand on'],
      [['p'], 'it waits for the customer'],
      [['c'], 'close'],
      [['w'], 'why it is here'],
    ],
  ],
];

/** What the keyboard does. */
export const Help = ({ onClose }: { onClose: () => void }) => (
  <Dialog title="From the keyboard" onClose={onClose}>
    <div className="keys">
      {keys.map(([where, of]) => (
        <section key={where}>
          <h2>{where}</h2>
          <dl>
            {of.map(([names, what]) => (
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
        </section>
      ))}
    </div>
    <footer>
      <DialogClose type="button">Close</DialogClose>
    </footer>
  </Dialog>
);
