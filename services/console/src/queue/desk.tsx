import { useMemo, useRef, useState } from 'react';
import { useKeys } from '../keys.ts';
import { dueOf } from '../matter/facts.tsx';
import type { Agent, Matter } from '../matter/shapes.ts';
import { Why } from '../matter/why.tsx';
import { navigate, setQuery, useRoute } from '../route.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Detail, type Doing } from './detail.tsx';
import { Close, HandOn } from './dialogs.tsx';
import { Offers } from './offers.tsx';
import { MatterRow } from './row.tsx';
import { useAnswer, useMatters, useStirred, useWait } from './use-desk.ts';
import { useSteady } from './use-steady.ts';
import { Waiting } from './waiting.tsx';

const endless = '9999-12-31T00:00:00Z';
const orderOf = (one: Matter, other: Matter): number => {
  const [a, b] = [dueOf(one)?.at ?? endless, dueOf(other)?.at ?? endless];
  return Date.parse(a) - Date.parse(b) || Date.parse(one.since) - Date.parse(other.since);
};

const none: readonly Matter[] = [];

/** What an agent has and is offered, and what they do with it. */
export const Desk = ({ agent }: { agent: Agent }) => {
  const matters = useMatters(agent.id);
  const items = matters.data?.items ?? none;
  const mine = useSteady(useMemo(() => items.filter(({ state }) => state === 'owned').toSorted(orderOf), [items]));
  const offers = useSteady(useMemo(() => items.filter(({ state }) => state === 'offered').toSorted(orderOf), [items]));
  const { query } = useRoute();
  const chosen = mine.rows.find(({ item }) => item.id === query.get('matter'));
  const [doing, doIt] = useState<{ what: Doing; matter: Matter }>();
  const stirred = useStirred();
  const answer = useAnswer(agent.id);
  const wait = useWait();
  const list = useRef<HTMLUListElement>(null);
  const onChosen = (what: Doing) => () => chosen && !chosen.gone && doIt({ what, matter: chosen.item });
  const first = offers.rows.find(({ gone }) => !gone)?.item;
  const say = (matter: Matter | undefined, says: 'accept' | 'decline') => {
    if (!matter || answer.isPending) return;
    offers.took(matter.id);
    answer.mutate({ matter, says }, { onSuccess: () => says === 'accept' && setQuery({ matter: matter.id }) });
  };
  const step = (by: 1 | -1) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.findIndex((link) => link.hasAttribute('aria-current'));
    const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
    if (!next) return;
    setQuery({ matter: new URL(next.href).searchParams.get('matter') ?? undefined });
    next.focus();
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => chosen && navigate(`/customers/${chosen.item.customer}`),
    a: () => say(first, 'accept'),
    d: () => say(first, 'decline'),
    f: onChosen('hand-on'),
    p: () => chosen && !chosen.gone && chosen.item.dueAt && !wait.isPending && wait.mutate(chosen.item),
    c: onChosen('close'),
    w: onChosen('why'),
  });
  const close = () => doIt(undefined);
  const onDone = () => {
    if (doing) mine.took(doing.matter.id);
    setQuery({ matter: undefined });
    void stirred();
  };
  return (
    <div className="desk" data-looking={chosen && ''}>
      <div className="desk-list">
        <Waiting agent={agent} onTaken={({ id }) => setQuery({ matter: id })} />
        {answer.isError && <Failure error={answer.error} />}
        <Offers
          rows={offers.rows}
          busy={answer.isPending}
          onAnswer={say}
          onWhy={(matter) => doIt({ what: 'why', matter })}
        />
        <header className="desk-head">
          <h2>Yours</h2>
          <span className="dim">
            {agent.turns} of {agent.capacity} turns taken
          </span>
          {mine.isUntidy && (
            <button type="button" className="link" onClick={mine.tidy}>
              Put in order
            </button>
          )}
        </header>
        {matters.isError && <Failure error={matters.error} retry={() => void matters.refetch()} />}
        {matters.isPending && <Skeleton />}
        {matters.isSuccess &&
          mine.rows.length === 0 &&
          (first ? <p className="aside none-yet">Nothing until you accept.</p> : <Idle agent={agent} />)}
        <ul className="matters" ref={list}>
          {mine.rows.map(({ item, gone }) => (
            <li key={item.id}>
              <MatterRow matter={item} gone={gone} chosen={item.id === chosen?.item.id} />
            </li>
          ))}
        </ul>
        {matters.data?.nextCursor && (
          <p className="aside">The first 200 are shown; the others come as these are closed.</p>
        )}
      </div>
      {chosen && (
        <div className="desk-detail">
          <Detail key={chosen.item.id} matter={chosen.item} wait={wait} onDo={(what) => onChosen(what)()} />
        </div>
      )}
      {doing?.what === 'hand-on' && <HandOn matter={doing.matter} onClose={close} onDone={onDone} />}
      {doing?.what === 'close' && <Close matter={doing.matter} onClose={close} onDone={onDone} />}
      {doing?.what === 'why' && <Why matter={doing.matter} onClose={close} />}
    </div>
  );
};

const Idle = ({ agent: { presence, teams } }: { agent: Agent }) => {
  if (teams.length === 0) return <Empty title="Nothing is yours.">You are in no team: what is yours is given to you by name.</Empty>; // prettier-ignore
  return (
    <Empty title="Nothing is yours right now.">
      {presence === 'available'
        ? 'What comes in and is for you will be here.'
        : 'You take no turns. Say that you are available, and what comes in will be here.'}
    </Empty>
  );
};
