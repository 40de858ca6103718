import { useState } from 'react';
import { Place } from '../ui/place.tsx';
import { Failure } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { Rotate } from './dialogs.tsx';
import { Remove } from './remove.tsx';
import { type Connection, type Crm, type Findings, records } from './shapes.ts';
import { useChanged, useSwitch, useTest } from './use-writeback.ts';
import { findingOf, listOf, onceNames, reasonOf, recordNames, remedyOf } from './words.ts';

type Props = { connection: Connection; crm: Crm | undefined };

/** A CRM that is connected: whether it is written to, what it can do, and what can be done about it. */
export const ConnectionView = ({ connection, crm }: Props) => {
  const { id, name, url, state, reason, detail, failing, changedAt } = connection;
  const [turn, test] = [useSwitch(connection), useTest(connection)];
  const [rotating, rotate] = useState(false);
  const [removing, remove] = useState(false);
  const changed = useChanged();
  return (
    <li className="connection">
      <header>
        <h2>{name}</h2>
        <span className="state" data-state={state}>
          {state}
        </span>
        <span className="aside">
          {crm?.title ?? connection.crm} at {hostOf(url)}
        </span>
        <div className="actions">
          <button type="button" disabled={test.isPending} onClick={() => test.mutate(false)}>
            {test.isPending ? 'Testing …' : 'Test'}
          </button>
          <button type="button" onClick={() => rotate(true)}>
            New secret
          </button>
          <button
            type="button"
            disabled={turn.isPending}
            onClick={() => turn.mutate(state === 'active' ? 'pause' : 'resume')}
          >
            {state === 'active' ? 'Pause' : 'Resume'}
          </button>
          <button type="button" onClick={() => remove(true)}>
            Remove
          </button>
        </div>
      </header>
      {state === 'paused' && (
        <p className={reason ? 'problem' : 'aside'}>
          {reason ? `Paused: ${detail ?? reasonOf(reason)} ${remedyOf(reason) ?? ''}` : 'Paused by hand; what is to be written waits.'}{' '}
          <span className="dim">
            <Time at={changedAt} as="ago" />
          </span>
        </p>
      )}
      {failing && (
        <p className="problem">
          Fails now: {reasonOf(failing.reason)}. {failing.waiting.toLocaleString()} to be written; it is tried again by itself.{' '}
          <span className="dim">
            <Time at={failing.since} as="ago" />
          </span>
        </p>
      )}
      {turn.isError && <Failure error={turn.error} />}
      {test.isError && <Failure error={test.error} />}
      {test.data && <Found findings={test.data} onPrepare={() => test.mutate(true)} />}
      {crm && <Can crm={crm} />}
      <Place to={`/connections?of=${id}&state=confirmed`} className="aside">
        What was written there
      </Place>
      {removing && <Remove connection={connection} onClose={() => remove(false)} />}
      {rotating && (
        <Rotate connection={connection} onClose={() => rotate(false)} onDone={() => void changed()} />
      )}
    </li>
  );
}; // prettier-ignore

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

const Found = ({ findings: { ok, findings }, onPrepare }: { findings: Findings; onPrepare: () => void }) => {
  const isMissing = findings.some(({ canBeMade }) => canBeMade);
  return (
    <output className="found">
      <b>{ok ? 'What was tested is as it has to be:' : isMissing ? 'Something is missing.' : 'It cannot be written to.'}</b>
      <ul>
        {findings.map(({ what, ok: is, detail }) => (
          <li key={what} data-ok={is || undefined}>
            {is ? '✓' : '✗'} {findingOf(what)}
            {detail && <span className="dim"> {detail}</span>}
          </li>
        ))}
      </ul>
      {isMissing && (
        <button type="button" onClick={onPrepare}>
          Make what is missing
        </button>
      )}
    </output>
  );
}; // prettier-ignore

const Can = ({ crm }: { crm: Crm }) => (
  <details className="can">
    <summary>What it can do</summary>
    <dl>
      {records.map((record) => (
        <div key={record}>
          <dt>{recordNames[record]}</dt>
          <dd>{crm.writes[record]}</dd>
        </div>
      ))}
      <div>
        <dt>Written once, as</dt>
        <dd>
          {onceNames[crm.once]}
          {!crm.holdsAgainst.freezes && '; a sender that was frozen could write twice'}
        </dd>
      </div>
      {crm.tells.length > 0 && (
        <div>
          <dt>Tells of a contact</dt>
          <dd>{listOf(crm.tells)}</dd>
        </div>
      )}
      <div>
        <dt>Asked at most</dt>
        <dd>
          {crm.perSecond} times a second, {crm.atOnce} at once; texts up to {crm.longestText.toLocaleString()} characters
        </dd>
      </div>
    </dl>
  </details>
); // prettier-ignore
