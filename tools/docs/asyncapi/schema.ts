/** A JSON Schema, as far as it is changed here. */
export type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapped = (value: unknown, change: (schema: Schema) => Schema): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (!isObject(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, change)])));
};

const whose: Readonly<Record<string, string>> = {
  holder: 'the party or account in whose object it stands',
  author: 'the customer who wrote it, else all customers jointly',
  customers: 'all customers jointly',
  subject: 'the handle that the event is about',
};

const marked = ({ personal, ...schema }: Schema): Schema => {
  if (typeof personal !== 'string') return schema;
  const description = `Personal: it travels within \`sealed\`, under the key of ${whose[personal]}.`;
  return { ...schema, description, 'x-personal': personal };
};

// What is published only grows: a later version's fields must not surprise anybody.
const growing = ({ additionalProperties, ...schema }: Schema): Schema =>
  isObject(additionalProperties) ? { ...schema, additionalProperties } : schema;

const plain = (schema: Schema): Schema => {
  const { $schema: _, ...rest } = schema;
  return rest;
};

/** The schema of something published: it takes what later versions add, and says of each personal field whose it is. */
export const published = (schema: object): Schema => mapped(schema, (one) => marked(growing(plain(one)))) as Schema;

/** The schema of something taken: nothing that it does not name. */
export const taken = (schema: object): Schema => mapped(schema, plain) as Schema;
