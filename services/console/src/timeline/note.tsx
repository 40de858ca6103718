import type { ReactNode } from 'react';
import type { Entry } from '../shapes.ts';
import { Text } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { nameOf } from '../words.ts';

/** What was discussed, what was decided, and what comes next. */
export const Note = ({ note: { discussed, decided, text, nextStep } }: { note: NonNullable<Entry['note']> }) => (
  <dl className="note">
    <Part name="Discussed">{discussed && <Text text={discussed} />}</Part>
    <Part name="Decided">{decided && <Text text={decided} />}</Part>
    <Part name="Note">{text && <Text text={text} />}</Part>
    <Part name="Next">
      {nextStep && (
        <>
          {nextStep.what && <Text text={nextStep.what} />}
          <span className="dim">
            {nextStep.owner && nameOf(nextStep.owner)}
            {nextStep.owner && nextStep.due && ' · '}
            {nextStep.due && (
              <>
                by <Time at={nextStep.due} as="day" />
              </>
            )}
          </span>
        </>
      )}
    </Part>
  </dl>
);

const Part = ({ name, children }: { name: string; children: ReactNode }) =>
  children && (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
