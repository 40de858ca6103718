import type { EventName } from '@throughline/contracts';
import type { StoredEvent } from '@throughline/ledger';
import { effectsOf } from '../effect.ts';
import { heardOf } from '../heard.ts';
import type { Heard } from '../projector.ts';
import type { Change, Row, Shape } from '../table.ts';

/** What a projector makes of one event, as far as one looks at it alone. */
export type Fold<Name extends EventName = EventName> = {
  readonly tables: readonly Shape[];
  readonly events: readonly Name[];
  readonly changesOf: (event: Heard<Name>) => Iterable<Change>;
};

/** The rows that these events make where nothing was before, by table: what a projector that heard no others would have written. */
export const rowsMadeOf = <Name extends EventName>(
  { tables, events: names, changesOf }: Fold<Name>,
  events: readonly StoredEvent[],
): ReadonlyMap<string, readonly Row[]> => {
  const heard = heardOf({ events: names, unknown: 'pass' }, events);
  const changes = Map.groupBy(
    heard.flatMap((event) => [...changesOf(event)]),
    ({ table }) => table,
  );
  return new Map(
    tables.map((shape): [string, readonly Row[]] => {
      const effects = effectsOf(shape, changes.get(shape.name) ?? []);
      return [shape.name, effects.flatMap(({ absent }) => (absent ? [absent] : []))];
    }),
  );
};
