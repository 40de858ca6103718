/** What templates may name. */
export type Names = Readonly<Record<string, unknown>>;

const placeholder = /\{\{\s*([A-Za-z0-9_.-]*)\s*\}\}/g;
const alone = /^\{\{\s*([A-Za-z0-9_.-]*)\s*\}\}$/;

const valueOf = (names: Names, path: string): unknown =>
  path
    .split('.')
    .filter((step) => step !== '')
    .reduce<unknown>(
      (at, step) =>
        at !== null && typeof at === 'object' && Object.hasOwn(at, step) ? (at as Names)[step] : undefined,
      names,
    );

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** A text with its placeholders filled in: `{{record.reference}}`. What there is nothing for becomes nothing. */
export const filledText = (text: string, names: Names, encode: (value: string) => string = (value) => value): string =>
  text.replace(placeholder, (_, path: string) => encode(textOf(valueOf(names, path))));

/**
 * JSON with the placeholders in its texts filled in. A text that is one placeholder alone becomes the value itself,
 * whatever its type; `{{}}` is all that there is. Members without a value are left out.
 */
export const filled = (template: unknown, names: Names): unknown => {
  if (typeof template === 'string') {
    const path = alone.exec(template)?.[1];
    return path === undefined ? filledText(template, names) : valueOf(names, path);
  }
  if (Array.isArray(template)) return template.map((item) => filled(item, names));
  if (template === null || typeof template !== 'object') return template;
  const members = Object.entries(template).map(([name, value]) => [name, filled(value, names)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
};

/** What stands at a JSON Pointer; undefined where nothing does. */
export const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce<unknown>(
      (place, step) =>
        place !== null && typeof place === 'object' && Object.hasOwn(place, step) ? (place as Names)[step] : undefined,
      value,
    );
