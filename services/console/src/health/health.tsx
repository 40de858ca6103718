import { useTenants } from '../access/use-tenants.ts';
import { useTitle } from '../route.ts';
import { Failure, Skeleton } from '../ui/state.tsx';
import { FindingRow } from './finding.tsx';
import { Others } from './others.tsx';
import type { Finding } from './shapes.ts';
import { useHealth } from './use-health.ts';

/** Whether all is well, and what to do where it is not; as `throughline doctor` says it. */
export const HealthPage = () => {
  useTitle('Health');
  const health = useHealth();
  const all = health.data ? [...health.data.installation, ...health.data.own] : [];
  const others = useTenants().filter((name) => name !== health.data?.tenant);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Health</h1>
        {health.isSuccess && <output className="aside">{inShort(all)}</output>}
      </header>
      {health.isError && <Failure error={health.error} retry={() => void health.refetch()} />}
      {health.isPending && <Skeleton />}
      {health.data && (
        <>
          <Findings title={`The tenant ${health.data.tenant}`} findings={health.data.own} />
          <Findings title="What all tenants share" findings={health.data.installation} />
          {others.length > 0 && <Others names={others} />}
        </>
      )}
    </div>
  );
};

const inShort = (findings: readonly Finding[]): string => {
  const ill = findings.filter(({ is }) => is === 'ill').length;
  const isClosed = findings.some(({ is }) => is === 'closed');
  if (ill > 0) return ill === 1 ? 'One thing needs a hand.' : `${ill} things need a hand.`;
  return isClosed ? 'All is well, as far as you may know.' : 'All is well.';
};

const order = ['ill', 'closed', 'well'];

const Findings = ({ title, findings }: { title: string; findings: readonly Finding[] }) => (
  <section className="findings" aria-label={title}>
    <h2>{title}</h2>
    <ul>
      {findings
        .toSorted((one, other) => order.indexOf(one.is) - order.indexOf(other.is))
        .map((finding) => (
          <FindingRow key={`${finding.what} ${finding.says}`} finding={finding} />
        ))}
    </ul>
  </section>
);
