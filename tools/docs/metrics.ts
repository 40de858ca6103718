import { catalogue, type Metric } from '@throughline/telemetry';
import { format } from 'prettier';

const rowOf = ([name, { is, labels, help }]: [string, Metric]): string =>
  `| \`${name}\` | ${is} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`;

const page = (): string => `# The metrics

This page is made by \`npm run gen\` from \`libs/telemetry/src/catalogue.ts\`; do not edit it.

Every process tells them at \`/metrics\` of its \`METRICS_PORT\`, in the text format of Prometheus; which of them depends on
what runs in it. No label names a person or a tenant. A histogram has \`…_bucket\` (by \`le\`), \`…_sum\` and \`…_count\`.
Names and labels only grow. [Running it](operations.md#what-it-tells-of-itself) says what to make of them.

| metric | kind | labels | what it tells |
|---|---|---|---|
${Object.entries<Metric>(catalogue).map(rowOf).join('\n')}
`;

/** docs/metrics.md, made from the metrics that the code knows, so that the page cannot say anything else. */
export const metricsPage = (): Promise<string> => format(page(), { parser: 'markdown', printWidth: 120 });
