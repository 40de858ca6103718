import { Place } from '../ui/place.tsx';
import type { Finding } from './shapes.ts';

const states: Record<Finding['is'], string> = { well: 'well', ill: 'needs a hand', closed: 'not shown' };

/** Whether something is well. */
export const State = ({ is }: Pick<Finding, 'is'>) => (
  <span className="state" data-state={is}>
    {states[is]}
  </span>
);

/** What was found of one thing, and what to do about it. */
export const FindingRow = ({ finding: { what, is, says, todo } }: { finding: Finding }) => (
  <li className="finding">
    <h3>{what}</h3>
    <State is={is} />
    <div>
      <p>{says}</p>
      {todo && (
        <p className="aside">
          {todo.place ? <Place to={todo.place}>{todo.says}</Place> : todo.says}
          {todo.command && (
            <>
              {' '}
              <code>{todo.command}</code>
            </>
          )}
        </p>
      )}
    </div>
  </li>
);
