import {
  type Event,
  type EventName,
  eventSchemas,
  ownersOf,
  type PersonalField,
  personalFieldsOf,
  type Whose,
} from '@throughline/contracts';

/** The personal fields of one owner set in one event: where they stand (JSON Pointers), and their values, in the same order. */
export type Part = { readonly owners: readonly string[]; readonly pointers: string[]; readonly values: unknown[] };

// Schema names are plain, so pointers need no escapes; what is personal is taken whole, so none leads into foreign names.
type Shape = { whose?: Whose; readonly fields: Map<string, Shape> };

const shapeOf = (fields: readonly PersonalField[]): Shape => {
  const root: Shape = { fields: new Map() };
  for (const { path, whose } of fields) {
    let shape = root;
    for (const step of path) {
      let next = shape.fields.get(step);
      if (!next) shape.fields.set(step, (next = { fields: new Map() }));
      shape = next;
    }
    shape.whose = whose;
  }
  return root;
};

const shapes = Object.fromEntries(
  (Object.keys(eventSchemas) as EventName[]).map((name) => [name, shapeOf(personalFieldsOf[name])]),
) as Readonly<Record<EventName, Shape>>;

type Take = (pointer: string, whose: Whose, holder: string | undefined, value: unknown) => void;

// A copy of the value in which what is personal is undefined, as JSON leaves it out: a copy as a whole, for it is many times
// faster than one made name by name.
const strip = (shape: Shape, value: unknown, pointer: string, holder: string | undefined, take: Take): unknown => {
  if (Array.isArray(value)) {
    const items = shape.fields.get('*');
    return items ? value.map((item, index) => strip(items, item, `${pointer}/${index}`, holder, take)) : value;
  }
  if (value === null || typeof value !== 'object') return value;
  const copy = { ...value } as Record<string, unknown>;
  const nearest = typeof copy['id'] === 'string' ? copy['id'] : holder;
  for (const [name, field] of shape.fields) {
    const inner = copy[name];
    if (inner === undefined) continue;
    if (field.whose) take(`${pointer}/${name}`, field.whose, nearest, inner);
    copy[name] = field.whose ? undefined : strip(field, inner, `${pointer}/${name}`, nearest, take);
  }
  return copy;
};

/**
 * An event's data without its personal fields, and these by whose they are; the event itself stays as it is. Throws where
 * a personal field belongs to nobody: it could not be sealed.
 */
export const takeOut = (event: Event): { clear: object; parts: readonly Part[] } => {
  const owners = ownersOf(event);
  const parts = new Map<string, Part>();
  const clear = strip(shapes[event.type], event.data, '', undefined, (pointer, whose, holder, value) => {
    const theirs = whose === 'holder' ? (holder === undefined ? [] : [holder]) : owners[whose];
    if (theirs.length === 0) throw new Error(`${event.type}${pointer} is personal and belongs to nobody`);
    const name = theirs.join();
    let part = parts.get(name);
    if (!part) parts.set(name, (part = { owners: theirs, pointers: [], values: [] }));
    part.pointers.push(pointer);
    part.values.push(value);
  });
  return { clear: clear as object, parts: [...parts.values()] };
};

/** Puts a field back where {@link takeOut} found it, changing `data`. */
export const putBack = (data: object, pointer: string, value: unknown): void => {
  let place = data as Record<string, unknown>;
  let from = 1;
  for (let to = pointer.indexOf('/', from); to >= 0; to = pointer.indexOf('/', from)) {
    place = place[pointer.slice(from, to)] as Record<string, unknown>;
    from = to + 1;
  }
  place[pointer.slice(from)] = value;
};
