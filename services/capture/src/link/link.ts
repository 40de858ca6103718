import type { DataOf, Event, Party } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';

/** What was said of two handles being one customer. */
export type Link = { readonly is: 'unheard' | 'linked' | 'retracted' };

export type LinkEvent = Event<'HandlesLinked' | 'LinkRetracted'>;

/** The link of one pair: a handle's stream holds others as well. A retracted link comes back only by hand. */
export const linkNoun = (link: string): Stream<Link, LinkEvent> => ({
  initial: { is: 'unheard' },
  evolve: (state, { type, data }) => {
    if (data.link !== link) return state;
    switch (type) {
      case 'HandlesLinked':
        return state.is === 'retracted' && data.rule !== 'by-hand' ? state : { is: 'linked' };
      case 'LinkRetracted':
        return { is: 'retracted' };
    }
  },
});

/** Two handles, and the id that their link has whoever finds it. */
export type Pair = { readonly link: string; readonly a: Party; readonly b: Party };

/** A person says that they are one. */
export const linkByHand =
  ({ link, a, b }: Pair): Decision<Link, LinkEvent> =>
  (state) =>
    state.is === 'linked'
      ? []
      : [{ type: 'HandlesLinked', data: { link, a, b, rule: 'by-hand', evidence: [], confidence: 1 } }];

/** Verified evidence says that they are one; what a person retracted stays so. */
export const linkByEvidence =
  (
    { link, a, b }: Pair,
    rule: Exclude<DataOf<'HandlesLinked'>['rule'], 'by-hand'>,
    evidence: string,
  ): Decision<Link, LinkEvent> =>
  (state) =>
    state.is === 'unheard'
      ? [{ type: 'HandlesLinked', data: { link, a, b, rule, evidence: [evidence], confidence: 1 } }]
      : [];

/** A person says that they are not one. Throws Rejection `LinkRetracted` where somebody did before. */
export const retract =
  (data: DataOf<'LinkRetracted'>): Decision<Link, LinkEvent> =>
  (state) => {
    if (state.is === 'retracted') throw new Rejection('LinkRetracted', 'This link is retracted already.');
    return [{ type: 'LinkRetracted', data }];
  };
