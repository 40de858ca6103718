import type { Ref } from 'react';
import type { Channel } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { dayOf } from '../words.ts';
import type { Filters } from './filter.ts';
import { FilterBar } from './filters.tsx';

type Props = {
  ref: Ref<HTMLDivElement>;
  filters: Filters;
  channels: readonly Channel[];
  /** The moment of the topmost row, unless the newest is in sight. */
  at: string | undefined;
  /** The newest is still to come. */
  toCome: boolean;
  news: { newer: number; older: number };
  onNews: () => void;
  wanted: { isOnTheWay: boolean; isLost: boolean; stop: () => void };
};

/** What stays above the line: where one is, what is looked at, what is new. */
export const Bar = ({ ref, filters, channels, at, toCome, news, onNews, wanted }: Props) => (
  <div className="bar" ref={ref}>
    <Where at={at} toCome={toCome} />
    <FilterBar filters={filters} channels={channels} />
    <div className="notices" aria-live="polite">
      {news.newer + news.older > 0 && (
        <button type="button" className="notice notice-new" onClick={onNews}>
          {news.newer > 0 ? `${news.newer} new ↑` : `${news.older} from before came in`}
        </button>
      )}
      {wanted.isOnTheWay && (
        <button type="button" className="notice" onClick={wanted.stop}>
          Going back to find it … stop
        </button>
      )}
      {wanted.isLost && <p className="notice">That entry is not on this line.</p>}
    </div>
  </div>
);

const Where = ({ at, toCome }: Pick<Props, 'at' | 'toCome'>) => {
  const { past } = useMoment();
  const now = past ? 'Then' : 'Now';
  const end = toCome ? 'To come' : now;
  return <p className="where">{at ? dayOf(at) : end}</p>;
};
