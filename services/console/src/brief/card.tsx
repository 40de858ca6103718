import { type ReactNode, type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { visitQuery } from '../route.ts';
import type { Answer } from '../shapes.ts';

/** What a card does with the events that it cites, and the times of those that it knows: lights them up on the line. */
export type Light = (events: readonly string[], times: readonly string[]) => void;

type Props<Shape> = {
  title: string;
  of: Answer<Shape>;
  onLight: Light;
  /** When the cited events happened, where that is known. */
  times?: ReadonlyMap<string, string>;
  children: (answer: Shape) => ReactNode;
};

/** One answer with what it rests on: hovering or focusing lights it up, pressing goes there. */
export const Card = <Shape,>({ title, of: { answer, reason, events }, onLight, times, children }: Props<Shape>) => {
  const card = useRef<HTMLElement>(null);
  const known = events.flatMap((event) => times?.get(event) ?? []);
  useLook(card, (looked) => (looked ? onLight(events, known) : onLight([], [])));
  return (
    <section className="card" aria-label={title} ref={card}>
      <div className="card-head">
        <h2>{title}</h2>
        {events.length > 0 && <Cited events={events} times={times} />}
      </div>
      {answer === null ? <p className="unknown">{reason ?? 'Not known.'}</p> : children(answer)}
    </section>
  );
};

// By pointer or by keyboard.
const useLook = (of: RefObject<HTMLElement | null>, onLook: (looked: boolean) => void): void => {
  const look = useEffectEvent(onLook);
  useEffect(() => {
    const on = () => look(true);
    const off = () => look(false);
    const stop = new AbortController();
    for (const name of ['mouseenter', 'focusin']) of.current?.addEventListener(name, on, { signal: stop.signal });
    for (const name of ['mouseleave', 'focusout']) of.current?.addEventListener(name, off, { signal: stop.signal });
    return () => stop.abort();
  }, [of]);
};

const most = 6;

const Cited = ({ events, times }: { events: readonly string[]; times: ReadonlyMap<string, string> | undefined }) => (
  <p className="cited">
    {events.slice(0, most).map((event, at) => (
      <button
        key={event}
        type="button"
        className="cite"
        title="Show it on the line"
        aria-label={`Go to source ${at + 1} of ${events.length}`}
        onClick={() => visitQuery({ at: event, on: times?.get(event) })}
      >
        {at + 1}
      </button>
    ))}
    {events.length > most && <span className="dim">of {events.length}</span>}
  </p>
);
