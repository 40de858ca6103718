import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue, type Metric } from '@throughline/telemetry';
import { parse } from 'yaml';
import { queryOf } from './promql.ts';

const folder = new URL('../../deploy/grafana/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

type Panel = { title: string; targets?: { expr: string }[] };
type Dashboard = { uid: string; panels: Panel[]; templating: { list: { query?: string }[] } };
type Rule = { alert: string; expr: string; annotations: Record<string, string> };

const dashboards = readdirSync(new URL('dashboards/', folder)).map((name) => JSON.parse(read(`dashboards/${name}`)) as Dashboard); // prettier-ignore
const { groups } = parse(read('alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

// What Grafana puts in before it asks.
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*');

const queries = [
  ...dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, filledIn(expr)] as const)),
  ),
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

const known: Readonly<Record<string, Metric>> = catalogue;
// Where something was scraped; Prometheus adds them.
const scraped = ['job', 'instance'];

/** The labels of a metric as it is exported; undefined where it is not exported. */
const labelsOf = (name: string): readonly string[] | undefined => {
  const whole = known[name];
  if (whole) return whole.is === 'histogram' ? undefined : [...whole.labels, ...scraped];
  const [, of = '', part] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? [];
  const metric = known[of];
  if (metric?.is !== 'histogram') return undefined;
  return [...metric.labels, ...scraped, ...(part === 'bucket' ? ['le'] : [])];
};

/** What a query asks for that is not exported. */
const unknownIn = (expr: string): string[] => {
  const { selected, grouped } = queryOf(expr);
  const had = new Set(selected.flatMap(({ metric }) => labelsOf(metric) ?? []));
  return [
    ...selected.flatMap(({ metric, labels }) => {
      const own = labelsOf(metric);
      return own ? labels.filter((label) => !own.includes(label)).map((label) => `${metric}{${label}}`) : [metric];
    }),
    ...grouped.filter((label) => !had.has(label)),
  ];
};

describe('a query', () => {
  it.each([
    ['rate(throughline_http_request_duration_seconds_count{status="500"}[5m])', []],
    ['throughline_ready{chek="feed"}', ['throughline_ready{chek}']],
    ['throughline_redy', ['throughline_redy']],
    ['throughline_http_request_duration_seconds', ['throughline_http_request_duration_seconds']],
    ['throughline_ready_count', ['throughline_ready_count']],
    ['sum by (consumer) (throughline_ready)', ['consumer']],
    ['sum by (le) (throughline_append_flush_commands_sum)', ['le']],
  ])('%s asks for nothing but %j that is not there', (expr, unknown) => expect(unknownIn(expr)).toEqual(unknown));

  it('is refused where it is none', () => expect(() => queryOf('sum(rate(throughline_ready')).toThrow(SyntaxError));
});

describe('the dashboards and alerts', () => {
  it.each(queries)('ask by %s for what the product exports', (_, expr) => {
    expect(queryOf(expr).selected.length).toBeGreaterThan(0);
    expect(unknownIn(expr)).toEqual([]);
  });

  it('show every metric', () => {
    const shown = new Set(queries.flatMap(([, expr]) => queryOf(expr).selected.map(({ metric }) => metric)));
    const missing = Object.keys(catalogue).filter((name) => ![...shown].some((one) => one.startsWith(name)));
    expect(missing).toEqual([]);
  });

  it('say what to do', () => {
    for (const { annotations } of rules) expect(Object.keys(annotations)).toEqual(['summary', 'action']);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('let one choose by something that is there', () => {
    const asked = dashboards.flatMap(({ templating }) => templating.list.map(({ query = '' }) => /^label_values\((\w+), (\w+)\)$/.exec(query))); // prettier-ignore
    for (const [, metric = '', label = ''] of asked.filter((one) => one !== null))
      expect(labelsOf(metric)).toContain(label);
  });
});
