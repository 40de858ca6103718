import { Trouble } from '../compose/dialog.tsx';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import type { Connection } from './shapes.ts';
import { useRemove } from './use-writeback.ts';

/** Asks once more before a connection is removed, and says what goes with it. */
export const Remove = ({ connection, onClose }: { connection: Connection; onClose: () => void }) => {
  const remove = useRemove(connection);
  return (
    <Dialog title={`Remove ${connection.name} for good?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!remove.isPending) remove.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <ul>
          <li>Its secret is destroyed: to connect the CRM again takes another one.</li>
          <li>What waits for it, or was set aside, is dropped and not written. To stop for a while, pause it.</li>
          <li>What was written stays in the CRM, and on record.</li>
        </ul>
        {remove.isError && <Trouble error={remove.error} />}
        <footer>
          <DialogClose type="button">Cancel</DialogClose>
          <button type="submit" className="danger" disabled={remove.isPending}>
            Remove
          </button>
        </footer>
      </form>
    </Dialog>
  );
};
