type Schema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly personal?: string;
  readonly [bound: string]: unknown;
};

// Of each the direction in which it may move.
const looser: Readonly<Record<string, (before: number, after: number) => boolean>> = {
  minimum: (before, after) => after <= before,
  minLength: (before, after) => after <= before,
  minItems: (before, after) => after <= before,
  maximum: (before, after) => after >= before,
  maxLength: (before, after) => after >= before,
  maxItems: (before, after) => after >= before,
};

const isLooser = (bound: string, before: unknown, after: unknown): boolean =>
  after === undefined || (typeof before === 'number' && looser[bound]!(before, after as number));

function* boundsBroken(before: Schema, after: Schema, at: string): Generator<string> {
  for (const bound of Object.keys(looser))
    if (!(before[bound] === after[bound] || isLooser(bound, before[bound], after[bound]))) yield `${at}: ${bound}`;
  if (after['format'] !== undefined && after['format'] !== before['format']) yield `${at}: format`;
  // A format brings its own pattern, which a new release of the schema library may write otherwise.
  if (after['format'] === undefined && after['pattern'] !== undefined && after['pattern'] !== before['pattern'])
    yield `${at}: pattern`;
}

/** Why data that was valid under one JSON Schema may not be, or not mean the same, under a later one. Empty where it only grew. */
export function* breaking(before: Schema, after: Schema, at = ''): Generator<string> {
  if (before.type !== after.type) yield `${at}: type`;
  if (before.personal !== after.personal) yield `${at}: whose it is`;
  if (after.enum)
    for (const value of before.enum ?? ['anything']) if (!after.enum.includes(value)) yield `${at}: ${value} is gone`;
  for (const name of after.required ?? []) if (!before.required?.includes(name)) yield `${at}/${name}: required`;
  yield* boundsBroken(before, after, at);
  for (const [name, field] of Object.entries(before.properties ?? {})) {
    const later = after.properties?.[name];
    if (later) yield* breaking(field, later, `${at}/${name}`);
    else yield `${at}/${name}: gone`;
  }
  if (before.items) yield* breaking(before.items, after.items ?? {}, `${at}/*`);
}
