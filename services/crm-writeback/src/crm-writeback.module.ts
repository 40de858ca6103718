import { type DynamicModule, Module } from '@nestjs/common';
import { ConnectionController } from './connection/connection.controller.ts';
import { Connections } from './connection/connection.query.ts';
import { CrmsController } from './crms/crms.controller.ts';
import { crms } from './crms/index.ts';
import { DeliveryController } from './delivery/delivery.controller.ts';
import { settings, type Settings, sources, type Sources } from './sources.ts';
import { Workers } from './workers.ts';

/** What crm-writeback needs, and how it is to work where that is not as usual. The sources stay the caller's to close, after the application. */
export type CrmWritebackOptions = Sources & Partial<Settings>;

const usual: Settings = {
  crms,
  timeoutMs: 15_000,
  leaseMs: 30_000,
  pollMs: 500,
  mostFailures: 12,
  freshForMs: 900_000,
};

const given = (how: Partial<Settings>): Partial<Settings> =>
  Object.fromEntries(Object.entries(how).filter(([, value]) => value !== undefined));

/** Writes what came of conversations to the CRMs, once, and reads what they know. */
@Module({})
export class CrmWritebackModule {
  static of({ ledger, feed, db, projectorDb, vault, keys, now, log, ...how }: CrmWritebackOptions): DynamicModule {
    return {
      module: CrmWritebackModule,
      controllers: [CrmsController, ConnectionController, DeliveryController],
      providers: [
        { provide: sources, useValue: { ledger, feed, db, projectorDb, vault, keys, now, log } satisfies Sources },
        { provide: settings, useValue: { ...usual, ...given(how) } satisfies Settings },
        Connections,
        Workers,
      ],
      exports: [Connections, Workers],
    };
  }
}
