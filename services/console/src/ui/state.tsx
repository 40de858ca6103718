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

type FailureProps = {
  error: unknown;
  retry?: () => void;
  /** Where to go on from what does not exist, as trying again makes nothing of it. */
  onward?: ReactNode;
};

/** Something went wrong: what, and what to do. */
export const Failure = ({ error, retry, onward }: FailureProps) => (
  <div className="failure" role="alert">
    <p className="empty-title">{error instanceof Problem ? error.title : 'Throughline does not answer'}</p>
    <p>{error instanceof Problem ? error.detail : 'It may be starting, or stopped: see the terminal where it runs.'}</p>
    {isMissing(error) && onward}
    {retry && !(isMissing(error) && onward) && (
      <button type="button" onClick={retry}>
        Try again
      </button>
    )}
  </div>
);

const isMissing = (error: unknown): boolean => error instanceof Problem && error.status === 404;

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
