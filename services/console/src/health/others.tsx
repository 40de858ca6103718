import { Place } from '../ui/place.tsx';
import { State } from './finding.tsx';
import { useHealthOf } from './use-health.ts';

const most = 20;

/** The other tenants, for who may look at all of them. */
export const Others = ({ names }: { names: readonly string[] }) => (
  <section className="findings" aria-label="Other tenants">
    <h2>Other tenants</h2>
    <ul>
      {names.slice(0, most).map((name) => (
        <Other key={name} name={name} />
      ))}
    </ul>
    {names.length > most && (
      <p className="aside">
        {names.length - most} more: choose one, or ask for all with <code>npx throughline doctor</code>
      </p>
    )}
  </section>
);

const Other = ({ name }: { name: string }) => {
  const { data, isError } = useHealthOf(name);
  const ill = data?.findings.filter(({ is }) => is === 'ill') ?? [];
  const is = isError ? 'closed' : ill.length > 0 ? 'ill' : 'well';
  return (
    <li className="finding">
      <h3>
        <Place to={`/doctor?${new URLSearchParams({ tenant: name }).toString()}`}>{name}</Place>
      </h3>
      {(data || isError) && <State is={is} />}
      <p>{isError ? 'It cannot be looked at.' : ill.map(({ what, says }) => `${what}: ${says}`).join(' ')}</p>
    </li>
  );
};
