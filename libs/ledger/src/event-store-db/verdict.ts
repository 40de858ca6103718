import type { SoundCommand } from '../command.ts';
import type { Outcome } from '../ledger.ts';
import type { Fact } from './facts.ts';

/** What is to be said of a command by its ids: where all are known, that it is stored, by its `token` or by another's. */
export const identityOf = (
  { tenant, stream, events }: SoundCommand,
  token: string,
  facts: ReadonlyMap<string, Fact>,
): Outcome | undefined => {
  const all = events.flatMap((event) => {
    const fact = facts.get(event.id);
    return fact ? [{ ...fact, same: fact.fingerprint === event.fingerprint }] : [];
  });
  // An id that is only reserved yet is already bound to its stream.
  const elsewhere = all.find((fact) => fact.tenant !== tenant || fact.stream !== stream);
  if (elsewhere) {
    const position = elsewhere.tenant === tenant ? (elsewhere.position ?? undefined) : undefined;
    return { is: 'refused', reason: 'IdElsewhere', event: elsewhere.id, position };
  }
  const placed = all.flatMap(({ position, version, ...fact }) =>
    position === null || version === null ? [] : [{ ...fact, position, version }],
  );
  const reused = placed.find(({ same }) => !same);
  if (reused) return { is: 'refused', reason: 'IdReused', event: reused.id, position: reused.position };
  const first = placed[0];
  if (!first) return undefined;
  if (placed.length < events.length)
    return { is: 'refused', reason: 'PartlyKnown', event: first.id, position: first.position };
  return {
    is: placed.every((fact) => fact.token === token) ? 'appended' : 'duplicate',
    positions: placed.map(({ position }) => position),
    versions: placed.map(({ version }) => version),
  };
};

/** What speaks against appending a command whose ids are new to a stream that has so many events. */
export const objectionTo = (
  { tenant, expected, sealedUnder }: SoundCommand,
  version: number,
  isDestroyed: (tenant: string, key: string) => boolean,
): Outcome | undefined => {
  const holds =
    expected === 'any' || (expected === 'exists' ? version > 0 : version === (expected === 'none' ? 0 : expected));
  if (!holds) return { is: 'conflict', actual: version };
  const key = sealedUnder.find((id) => isDestroyed(tenant, id));
  return key === undefined ? undefined : { is: 'refused', reason: 'KeyDestroyed', key };
};
