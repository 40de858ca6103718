/** For specs: a consumer whose place and effects are tables of its own, as a service's would be that is no projection. */
import { isEventName, UnknownEvent } from '@throughline/contracts';
import type { Position, StoredEvent } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import type { Recorder } from '../src/conformance.ts';
import { type Batch, CheckpointMoved, type Partition, Poison } from '../src/consumer.ts';
import { park, postgresParked, unpark } from '../src/parked.ts';

/** To be run as the owner. */
export const recorderTables = `create schema spec;
create table spec.place (partition text primary key, position bigint not null, turn integer not null);
create table spec.trail (stream text primary key, positions bigint[] not null);
grant usage on schema spec to throughline_projector;
grant select, insert, update on spec.place, spec.trail to throughline_projector;`;

type Place = { readonly position: Position; readonly turn: number };

export const postgresRecorder = (db: Database, name: string, onEvent: (event: StoredEvent) => void): Recorder => {
  const places = new Map<Partition, Place>();

  const commit = ({ partition, to, events, park: asides, unpark: back }: Batch, { turn }: Place) =>
    db.tx(async (client) => {
      const moved = await client.query(
        `insert into spec.place values ($1, $2, 1) on conflict (partition)
          do update set position = $2, turn = $3 + 1 where place.turn = $3`,
        [partition, to, turn],
      );
      if (moved.rowCount === 0) throw new CheckpointMoved(name, partition, to);
      for (const event of events) {
        onEvent(event);
        await client.query(
          `insert into spec.trail values ($1, array[$2::bigint])
            on conflict (stream) do update set positions = trail.positions || $2::bigint`,
          [event.stream, event.position],
        );
      }
      await park(client, { consumer: name, partition }, asides);
      await unpark(client, { consumer: name, partition }, back);
    });

  return {
    name,
    parked: postgresParked(db),
    trail: async (stream) => {
      const { rows } = await db.query<{ positions: Position[] }>(`select positions from spec.trail where stream = $1`, [
        stream,
      ]);
      return rows[0]?.positions ?? [];
    },
    position: async (partition) => {
      const { rows } = await db.query<Place>('select position, turn from spec.place where partition = $1', [partition]);
      places.set(partition, rows[0] ?? { position: 0n, turn: 0 });
      return places.get(partition)!.position;
    },
    apply: async (batch) => {
      const unknown = batch.events.find(({ type }) => !isEventName(type));
      if (unknown) throw new Poison(unknown.position, new UnknownEvent(unknown.type));
      const place = places.get(batch.partition);
      if (place?.position !== batch.after) throw new CheckpointMoved(name, batch.partition, batch.after);
      await commit(batch, place);
      places.set(batch.partition, { position: batch.to, turn: place.turn + 1 });
    },
  };
};
