import { type FormEvent, useState } from 'react';
import { Trouble } from '../compose/dialog.tsx';
import { FieldView } from '../compose/field.tsx';
import type { Field } from '../compose/form.ts';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import type { Policy } from './shapes.ts';
import { usePlan, useSet } from './use-retention.ts';
import { wholeIn } from './words.ts';
import { Would } from './would.tsx';

const [most, longest] = [400, 366];
const keepField: Field = { pointer: '/keep', label: 'Past quarters that are kept', kind: 'count' };
const noticeField: Field = { pointer: '/notice', label: 'Days of notice', kind: 'count' };

type Props = { policy: Policy; onClose: () => void };

/** Says for how long it is kept from now on, once what that would destroy was told. */
export const Change = ({ policy, onClose }: Props) => {
  const [keepText, setKeep] = useState(String(policy.keep ?? ''));
  const [noticeText, setNotice] = useState(String(policy.notice));
  const [sure, setSure] = useState<number>();
  const forEver = keepText.trim() === '';
  const [keep, notice] = [wholeIn(keepText, 1, most), wholeIn(noticeText, 0, longest)];
  const plan = usePlan(keep, keep !== undefined);
  const set = useSet(onClose);
  const isSame = keep === policy.keep && notice === policy.notice;
  const isSound = notice !== undefined && (forEver || keep !== undefined);
  const isSaid = isSound && (forEver || plan.isSuccess);
  const destroys = !forEver && !isSame && plan.data?.items.some(({ over }) => over) === true;
  // Whoever is sure is so of one number of quarters.
  const isSure = !destroys || sure === keep;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSaid && isSure && !isSame && !set.isPending) set.mutate({ keep, notice });
  };
  return (
    <Dialog title="For how long it is kept" onClose={onClose}>
      <form onSubmit={submit}>
        <FieldView
          field={keepField}
          hint="Beside the one that goes on. Empty: all of them, for ever."
          value={keepText}
          fault={forEver || keep !== undefined ? undefined : `has to be from 1 to ${most}`}
          onChange={setKeep}
        />
        <FieldView
          field={noticeField}
          hint="For so long it is told before something expires by itself."
          value={noticeText}
          fault={notice === undefined ? `has to be from 0 to ${longest}` : undefined}
          onChange={setNotice}
        />
        <section className="what" aria-label="What it would destroy" aria-live="polite">
          {isSound && <Would plan={forEver ? undefined : plan} notice={notice} isSame={isSame} />}
        </section>
        {destroys && (
          <label className="sure">
            <input
              type="checkbox"
              checked={sure === keep}
              onChange={({ target }) => setSure(target.checked ? keep : undefined)}
            />
            I know that what is destroyed cannot be brought back.
          </label>
        )}
        {set.isError && <Trouble error={set.error} />}
        <footer>
          <DialogClose type="button">Cancel</DialogClose>
          <button
            type="submit"
            className={destroys ? 'danger' : 'primary'}
            disabled={!isSaid || !isSure || isSame || set.isPending}
          >
            Set it
          </button>
        </footer>
      </form>
    </Dialog>
  );
};
