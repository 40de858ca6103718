import { type DynamicModule, Module } from '@nestjs/common';
import { AmendmentController } from './amendment/amendment.controller.ts';
import { AuditController } from './audit/audit.controller.ts';
import { CaptureReactor, quietEvery } from './capture.reactor.ts';
import { EmailController } from './email/email.controller.ts';
import { MailIntake } from './email/mail-intake.ts';
import { RawMails } from './email/raw.query.ts';
import type { ErasureSettings } from './erasure/erasing.ts';
import { ErasureController } from './erasure/erasure.controller.ts';
import { ErasureDesk } from './erasure/erasure.desk.ts';
import { erasureSettings, ErasureWorker } from './erasure/erasure.worker.ts';
import type { InboxOptions } from './inbox/inbox.config.ts';
import { inboxProviders } from './inbox/inbox.module.ts';
import { InteractionGrpcController } from './interaction/interaction.grpc.controller.ts';
import { InteractionController } from './interaction/interaction.controller.ts';
import { Intake } from './interaction/intake.ts';
import { KeyController } from './key/key.controller.ts';
import { LinkController } from './link/link.controller.ts';
import { NoteController } from './note/note.controller.ts';
import { OwnAddressController } from './own-address/own-address.controller.ts';
import { OwnAddresses } from './own-address/own-address.query.ts';
import { QuarantineController } from './quarantine/quarantine.controller.ts';
import { Quarantine } from './quarantine/quarantine.query.ts';
import { RetentionController } from './retention/retention.controller.ts';
import { RetentionDesk } from './retention/retention.desk.ts';
import { SessionController } from './session/session.controller.ts';
import { SessionDesk } from './session/session.desk.ts';
import { SessionGrpcController } from './session/session.grpc.controller.ts';
import { type Sources, sources } from './sources.ts';
import { TenantController } from './tenant/tenant.controller.ts';
import { TenantDirectory } from './tenant/tenant.query.ts';

/** What an operator may set. */
export type CaptureSettings = Partial<ErasureSettings> & {
  /** How often, in seconds, it is looked for what fell silent; with 0 not in this process. */
  readonly QUIET_EVERY?: number;
  /** The inbox, where it is read in this process. */
  readonly inbox?: InboxOptions;
};

/** All that comes in: interactions, mails, notes, links, and what becomes of them. The sources stay the caller's to release, after the application. */
@Module({})
export class CaptureModule {
  static of(
    given: Sources,
    { QUIET_EVERY = 60, ERASURE_SETTLES = 60, KEYS_BACKUP_DAYS = 30, CHECKPOINT_KEY, inbox }: CaptureSettings = {},
  ): DynamicModule {
    return {
      module: CaptureModule,
      controllers: [
        InteractionController,
        InteractionGrpcController,
        EmailController,
        QuarantineController,
        AmendmentController,
        SessionController,
        SessionGrpcController,
        NoteController,
        LinkController,
        OwnAddressController,
        TenantController,
        KeyController,
        AuditController,
        ErasureController,
        RetentionController,
      ],
      providers: [
        { provide: sources, useValue: given },
        { provide: quietEvery, useValue: QUIET_EVERY },
        { provide: erasureSettings, useValue: { ERASURE_SETTLES, KEYS_BACKUP_DAYS, CHECKPOINT_KEY } },
        Intake,
        MailIntake,
        RawMails,
        Quarantine,
        OwnAddresses,
        SessionDesk,
        RetentionDesk,
        TenantDirectory,
        CaptureReactor,
        ErasureDesk,
        ErasureWorker,
        ...(inbox ? inboxProviders(inbox) : []),
      ],
      exports: [Quarantine, OwnAddresses, TenantDirectory, CaptureReactor],
    };
  }
}
