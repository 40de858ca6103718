import type { Written } from '../shapes.ts';
import { ComposeDialog } from './dialog.tsx';
import type { Field } from './form.ts';

type Props = {
  /** `customers/<id>` or `accounts/<id>`. */
  of: string;
  onClose: () => void;
  onWritten: (written: Written) => void;
};

const noteFields: readonly Field[] = [
  { pointer: '/discussed', label: 'Discussed', kind: 'lines' },
  { pointer: '/decided', label: 'Decided', kind: 'lines' },
  { pointer: '/nextStep/what', label: 'Next step', kind: 'line' },
  { pointer: '/nextStep/owner', label: 'Who', kind: 'who' },
  { pointer: '/nextStep/due', label: 'By when', kind: 'when' },
];

/** What was discussed and decided, and what comes next. */
export const NoteDialog = ({ of, ...rest }: Props) => (
  <ComposeDialog
    title="Write a note"
    fields={noteFields}
    path={`/v1/${of}/notes`}
    ifEmpty="Say what was discussed, what was decided, or the next step."
    {...rest}
  />
);

const taskFields: readonly Field[] = [
  { pointer: '/what', label: 'What is to be done', kind: 'line', required: true },
  { pointer: '/owner', label: 'Who', kind: 'who', required: true },
  { pointer: '/due', label: 'By when', kind: 'when', required: true },
];

/** Something that somebody is to do by a moment. */
export const TaskDialog = ({ of, ...rest }: Props) => (
  <ComposeDialog title="New task" fields={taskFields} path={`/v1/${of}/tasks`} {...rest} />
);

const ownerFields: readonly Field[] = [{ pointer: '/owner', label: 'Whose address (empty: nobody)', kind: 'who' }];

/** Who answers for a customer or an account from now on. */
export const OwnerDialog = ({ of, ...rest }: Props) => (
  <ComposeDialog
    title="Who is responsible?"
    fields={ownerFields}
    path={`/v1/${of}/owner`}
    toBody={({ owner = null }) => ({ owner })}
    {...rest}
  />
);
