import { useState } from 'react';
import { useMattersOf } from '../queue/use-desk.ts';
import { nameOf } from '../words.ts';
import { About, Deadline } from './facts.tsx';
import type { Matter } from './shapes.ts';
import { Why } from './why.tsx';

/** What a customer wants solved right now, with whom or where each of it is, and why; the brief tells where it is one. */
export const Matters = ({ customer }: { customer: string }) => {
  const matters = useMattersOf(customer);
  const [asked, ask] = useState<Matter>();
  const items = matters.data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <section className="card" aria-label="Open matters">
      <div className="card-head">
        <h2>Open matters</h2>
      </div>
      <ul className="open-matters">
        {items.map((matter) => (
          <li key={matter.id}>
            <About asked={matter.asked} />
            <p className="aside">
              {whereOf(matter)} <Deadline matter={matter} />
              <button type="button" className="link" onClick={() => ask(matter)}>
                Why?
              </button>
            </p>
          </li>
        ))}
      </ul>
      {asked && <Why matter={asked} onClose={() => ask(undefined)} />}
    </section>
  );
};

const whereOf = ({ state, agent, team }: Matter): string => {
  switch (state) {
    case 'queued':
      return `Waits in ${team ?? 'a queue'}`;
    case 'offered':
      return `Offered to ${nameOf(agent)}`;
    case 'owned':
      return nameOf(agent);
    case 'closed':
      return 'Closed';
  }
};
