import * as RadixDialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';

type Props = { title: string; className?: string; onClose: () => void; children: ReactNode };

/** Something above the page that wants to be answered or closed. */
export const Dialog = ({ title, className = '', onClose, children }: Props) => (
  <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
    <RadixDialog.Portal>
      <RadixDialog.Overlay className="overlay" />
      <RadixDialog.Content className={`dialog ${className}`} aria-describedby={undefined}>
        <RadixDialog.Title className="dialog-title">{title}</RadixDialog.Title>
        {children}
      </RadixDialog.Content>
    </RadixDialog.Portal>
  </RadixDialog.Root>
);

export const DialogClose = RadixDialog.Close;
