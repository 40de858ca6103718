import type { Entry } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { Empty } from '../ui/state.tsx';
import { noFilters } from './filter.ts';
import { setFilter } from './set-filter.ts';
import { dayOf } from '../words.ts';

/** Where the line begins. */
export const Beginning = ({ entry }: { entry: Entry | undefined }) =>
  entry && (
    <p className="beginning">
      The first touch, <time dateTime={entry.occurredAt}>{dayOf(entry.occurredAt)}</time>
    </p>
  );

/** No line: nothing was said, or nothing of what was said is asked for. */
export const Nothing = ({ filtered }: { filtered: boolean }) => {
  const { past } = useMoment();
  if (filtered)
    return (
      <Empty title="Nothing here matches the filter.">
        <button type="button" onClick={() => setFilter(noFilters)}>
          Show everything
        </button>
      </Empty>
    );
  if (past) return <Empty title="Nothing had happened by then." />;
  return (
    <Empty title="Nothing was said yet." command="npx throughline import PATH">
      What is imported or captured appears here by itself.
    </Empty>
  );
};
