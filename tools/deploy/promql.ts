import { parser } from '@prometheus-io/lezer-promql';

/** A metric as a query selects it. */
export type Selected = { readonly metric: string; readonly labels: readonly string[] };

/** What a query reads: each metric with the labels that it is selected by, and the labels that results are grouped by. */
export type Query = { readonly selected: readonly Selected[]; readonly grouped: readonly string[] };

/** Reads a PromQL expression. Throws where it is none. */
export const queryOf = (expression: string): Query => {
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  let isGrouping = false;
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new SyntaxError(`${expression}: there is something wrong at ${from}`);
      if (name === 'VectorSelector') selected.push({ metric: '', labels: [] });
      if (name === 'GroupingLabels') isGrouping = true;
      if (name === 'Identifier') selected.at(-1)!.metric = text;
      if (name === 'LabelName') (isGrouping ? grouped : selected.at(-1)!.labels).push(text);
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') isGrouping = false;
    },
  });
  return { selected, grouped };
};
