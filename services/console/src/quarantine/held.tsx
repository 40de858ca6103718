import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api.ts';
import type { Quarantined } from '../shapes.ts';
import { Failure } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { sizeOf } from '../words.ts';

type Props = { item: Quarantined; busy: boolean; onRetry: () => void; onDismiss: () => void };

/** One thing in quarantine: what it is, why, and its first bytes for who wants to see them. */
export const Held = ({ item, busy, onRetry, onDismiss }: Props) => {
  const { id, reason, via, size, receivedAt, attempts, file } = item;
  const [shown, show] = useState(false);
  return (
    <li>
      <div className="quarantine-item">
        <div>
          <Name item={item} />
          <p>{reason}</p>
          <p className="aside">
            {file !== undefined && (
              <>
                <bdi>{file}</bdi> ·{' '}
              </>
            )}
            {via} · {sizeOf(size)} · <Time at={receivedAt} as="ago" />
            {attempts > 1 && ` · tried ${attempts} times`}
          </p>
        </div>
        <div>
          <button type="button" aria-expanded={shown} onClick={() => show(!shown)}>
            {shown ? 'Hide' : 'Look'}
          </button>
          <button type="button" disabled={busy} onClick={onRetry}>
            Try again
          </button>
          <button type="button" disabled={busy} onClick={onDismiss}>
            Dismiss
          </button>
        </div>
      </div>
      {shown && <Bytes id={id} />}
    </li>
  );
};

// What tells it from others of the same reason.
const Name = ({ item: { from, subject } }: Pick<Props, 'item'>) => (
  <p className="held-name">
    <bdi>{from ?? '(sender not known)'}</bdi>
    {subject && (
      <>
        : <bdi>{subject}</bdi>
      </>
    )}
  </p>
);

const most = 16_000;

const Bytes = ({ id }: { id: string }) => {
  const item = useQuery({
    queryKey: ['quarantine', id],
    queryFn: ({ signal }) => get<{ bytes: string }>(`/v1/quarantine/${id}`, {}, signal),
  });
  if (item.isError) return <Failure error={item.error} />;
  // The page scrolls in it by keyboard, too.
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached from the keyboard
    <pre tabIndex={0}>{item.data && firstWords(item.data.bytes)}</pre>
  );
};

const firstWords = (base64: string): string => {
  const bytes = Uint8Array.from(atob(base64.slice(0, Math.ceil(most / 3) * 4)), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes);
};
