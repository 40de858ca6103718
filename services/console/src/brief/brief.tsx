import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { get } from '../api.ts';
import type { Answer, Brief as BriefShape } from '../shapes.ts';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, nameOf } from '../words.ts';

type Props = { id: string; onLight: (events: readonly string[]) => void; onGo: (event: string) => void };

/** The four answers, each citing its events: hovering lights them up on the line, pressing goes there. */
export const Brief = ({ id, onLight, onGo }: Props) => {
  const of = `customers/${id}`;
  const brief = useQuery({
    queryKey: ['brief', of],
    queryFn: ({ signal }) => get<BriefShape>(`/v1/${of}/brief`, {}, signal),
    refetchInterval: 30_000,
  });
  if (brief.isError) return <Failure error={brief.error} retry={() => void brief.refetch()} />;
  if (brief.isPending) return <Skeleton rows={4} />;
  const { now, lastTalkedAbout: last, responsible, nextStep, happened } = brief.data;
  const cite = { onLight, onGo };
  return (
    <section className="brief" aria-label="Brief">
      {now.map(({ conversation, channel, since, lastWords }) => (
        <p key={conversation} className="now">
          <b>{channelNames[channel]} going on</b> since <Time at={since} />
          {lastWords && ` · “${lastWords}”`}
        </p>
      ))}
      <div className="answers">
        <Card title="Last talked about" of={last} {...cite}>
          {(answer) => (
            <>
              <p className="answer" dir="auto">
                {answer.subject ?? answer.topic ?? answer.words ?? channelNames[answer.channel]}
              </p>
              {answer.subject && answer.words && (
                <p className="aside" dir="auto">
                  {answer.words}
                </p>
              )}
              <p className="aside">
                {channelNames[answer.channel]} {answer.direction === 'inbound' ? 'from them' : 'from us'},{' '}
                <Time at={answer.at} as="ago" />
              </p>
            </>
          )}
        </Card>
        <Card title="Responsible" of={responsible} {...cite}>
          {({ owner, since, of: whose }) => (
            <>
              <p className="answer">{nameOf(owner)}</p>
              <p className="aside">
                {whose === 'account' ? 'owns the account, ' : ''}since <Time at={since} as="ago" />
              </p>
            </>
          )}
        </Card>
        <Card title="Next step" of={nextStep} {...cite}>
          {({ what, due, owner, overdue }) => (
            <>
              <p className="answer" dir="auto">
                {what ?? 'Something'}
              </p>
              <p className="aside" data-overdue={overdue ? '' : undefined}>
                {owner && nameOf(owner)}
                {due && (
                  <>
                    {' · '}
                    {overdue ? 'was due' : 'due'} <Time at={due} as="ago" />
                  </>
                )}
              </p>
            </>
          )}
        </Card>
        <Card title="What happened" of={happened} {...cite}>
          {({ interactions, conversations, since, byChannel, quietDays }) => (
            <>
              <p className="answer">
                {interactions} {interactions === 1 ? 'interaction' : 'interactions'} in {conversations}{' '}
                {conversations === 1 ? 'conversation' : 'conversations'}
              </p>
              <p className="aside">
                {Object.entries(byChannel)
                  .map(([channel, count]) => `${channelNames[channel as keyof typeof channelNames]} ${count}`)
                  .join(' · ')}
              </p>
              <p className="aside">
                first <Time at={since} as="ago" />
                {quietDays !== undefined && quietDays > 1 && `, quiet for ${quietDays} days`}
              </p>
            </>
          )}
        </Card>
      </div>
    </section>
  );
};

type CardProps<Shape> = Omit<Props, 'id'> & {
  title: string;
  of: Answer<Shape>;
  children: (answer: Shape) => ReactNode;
};

const Card = <Shape,>({ title, of: { answer, reason, events }, children, onLight, onGo }: CardProps<Shape>) => {
  const [first] = events;
  return (
    <div
      className="card"
      onMouseEnter={() => onLight(events)}
      onMouseLeave={() => onLight([])}
      onFocus={() => onLight(events)}
      onBlur={() => onLight([])}
    >
      <h3>{title}</h3>
      {answer === null ? <p className="unknown">{reason ?? 'Not known.'}</p> : children(answer)}
      {first && (
        <button type="button" className="cite" onClick={() => onGo(first)}>
          {events.length === 1 ? '1 event' : `${events.length} events`} →
        </button>
      )}
    </div>
  );
};
