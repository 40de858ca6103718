import type { Client } from '@throughline/postgres';
import type { Relation } from './relation.ts';

/** What stands in the place of each table, by the table's name with its schema. */
export type Relations = Readonly<Record<string, Relation>>;

/**
 * A client to whose statements the tables are what `relations` says, so that a query asks about another moment as it
 * asks about now. A table of the same schemas that nothing is said about is an error: it would answer as of now.
 */
export const clientThen = (client: Client, relations: Relations): Client => {
  const schemas = new Set(Object.keys(relations).map((name) => name.split('.')[0]!));
  const tables = new RegExp(`\\b(?:${[...schemas].join('|')})\\.[a-z_]+`, 'g');
  return {
    query: (query, values) => {
      const asked = typeof query === 'string' ? { text: query, values } : query;
      return client.query(statementThen(asked.text, asked.values ?? [], { relations, tables }));
    },
  };
};

type Then = { readonly relations: Relations; readonly tables: RegExp };

function statementThen(text: string, given: readonly unknown[], { relations, tables }: Then) {
  const values = [...given];
  const parts = [...new Set(text.match(tables))].map((name) => {
    const relation = relations[name];
    if (!relation) throw new TypeError(`${name} cannot be read as of another moment`);
    const before = values.length;
    values.push(...(relation.values ?? []));
    const body = relation.text.replaceAll(/\$(\d+)/g, (_, nth: string) => `$${before + Number(nth)}`);
    return `"${name}" as not materialized (${body})`;
  });
  const [whole, recursive = ''] = /^\s*with\s+(recursive\s+)?/i.exec(text) ?? [];
  const rest = text.slice(whole?.length ?? 0).replaceAll(tables, (name) => `"${name}"`);
  if (parts.length === 0) return { text, values };
  return { text: `with ${recursive}${parts.join(',\n')}${whole === undefined ? '\n' : ',\n'}${rest}`, values };
}
