import { type ReactNode, useEffect, useState } from 'react';
import { Problem } from '../api.ts';

/** Nothing is here yet: what would be, and the one command that fills it. */
export const Empty = ({ title, command, children }: { title: string; command?: string; children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children && <div>{children}</div>}
    {command && <code>{command}</code>}
  </div>
);

/** Something went wrong: what, and what to do. */
export const Failure = ({ error, retry }: { error: unknown; retry?: () => void }) => (
  <div className="failure" role="alert">
    <p className="empty-title">{error instanceof Problem ? error.title : 'Throughline does not answer'}</p>
    <p>{error instanceof Problem ? error.detail : 'It may be starting, or stopped: see the terminal where it runs.'}</p>
    {retry && (
      <button type="button" onClick={retry}>
        Try again
      </button>
    )}
  </div>
);

/** The shape of what comes, after a moment, so that a fast answer does not flicker. */
export const Skeleton = ({ rows = 6 }: { rows?: number }) => {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <output className="skeleton" aria-label="Loading" data-shown={shown || undefined}>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} style={{ width: `${90 - ((at * 17) % 45)}%` }} />
      ))}
    </output>
  );
};
