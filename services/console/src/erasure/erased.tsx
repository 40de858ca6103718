import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Place } from '../ui/place.tsx';
import { Failure } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { exactOf } from '../words.ts';
import { Certified } from './certified.tsx';
import type { Erasure } from './shapes.ts';
import { useErasureOf } from './use-erasure.ts';

type Props = { customer: string; at: string };

/** Somebody who was erased: that, and when; to those who may erase also how it goes, and the certificate. */
export const Erased = ({ customer, at }: Props) => {
  useForgotten(customer);
  const erasure = useErasureOf(customer);
  return (
    <div className="page forgotten">
      <header className="page-head">
        <h1>This person was erased</h1>
      </header>
      <p>
        <time dateTime={at}>{exactOf(at)}</time>. Nothing else is left of them here. What CRMs were told of them stays
        with the CRMs.
      </p>
      {erasure.isError && <Failure error={erasure.error} retry={() => void erasure.refetch()} />}
      {erasure.data && <Course erasure={erasure.data} />}
      {erasure.data?.certificate && <Certified certificate={erasure.data.certificate} />}
      <p>
        <Place to="/">To the people</Place>
      </p>
    </div>
  );
};

// What this page has read of them goes as well.
const useForgotten = (customer: string): void => {
  const queries = useQueryClient();
  useEffect(() => {
    const of = `customers/${customer}`;
    queries.removeQueries({ predicate: ({ queryKey: [what, whose] }) => whose === of && what !== 'customer' });
    queries.removeQueries({ queryKey: ['directory'] });
  }, [customer, queries]);
};

const Course = ({ erasure: { state, waitsFor = [], certificate } }: { erasure: Erasure }) => {
  const behind = waitsFor.filter((name) => name !== 'keys');
  const isComplete = state === 'complete';
  return (
    <section aria-label="How it goes">
      <h2>How it goes</h2>
      <ol className="course" aria-live="polite">
        <Step done>Their keys are destroyed</Step>
        <Step done={isComplete || behind.length === 0}>
          {behind.length === 0
            ? 'What was shown of them is removed everywhere'
            : `Still to be passed by ${behind.join(', ')}`}
        </Step>
        <Step done={isComplete || !waitsFor.includes('keys')}>No process holds a key of theirs: a minute, at most</Step>
        <Step done={isComplete}>
          {certificate ? (
            <>
              The certificate is there, <Time at={certificate.completedAt} as="day" />
            </>
          ) : (
            'The certificate'
          )}
        </Step>
      </ol>
    </section>
  );
};

const Step = ({ done, children }: { done: boolean; children: ReactNode }) => (
  <li data-done={done || undefined}>
    <span className="sr">{done ? 'Done: ' : 'To come: '}</span>
    <span>{children}</span>
  </li>
);
