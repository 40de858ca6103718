import type { Command } from 'commander';
import type { Global } from './global.ts';
import { brief } from './output.ts';

/**
 * What the command line calls otherwise than the bodies, queries and paths of REST do: by the names there, the options
 * (as `opts()` has them) and arguments here, whichever of them a command has.
 */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  id: ['handle', 'matter', 'task', 'conversation'],
  q: ['query'],
  after: ['from'],
  keep: ['quarters'],
  address: ['address-or-domain'],
  domain: ['address-or-domain'],
  channels: ['channel'],
  kinds: ['kind'],
  languages: ['language'],
  skills: ['skill'],
  teams: ['team'],
  roles: ['role'],
  expiresAt: ['expires'],
  tenant: ['for'],
  url: ['at'],
  secret: ['secretFile'],
  'x-tenant': ['tenant'],
  capacity: ['turns'],
  'fallback/handle': ['fallback'],
  'nextStep/owner': ['owner'],
  'nextStep/due': ['due'],
};

type Typed = { readonly name: string; readonly value: unknown };

// The key and the token that a call is made with: no part of a body or query, and never said.
const isSecret = (option: string): boolean =>
  (['key', 'token'] satisfies (keyof Global)[] as string[]).includes(option);

const optionOf = (command: Command, name: string): Typed | undefined => {
  const option = command.options.find((one) => one.attributeName() === name && !isSecret(name));
  return option && { name: option.long ?? option.flags, value: command.optsWithGlobals()[name] as unknown };
};

const argumentOf = (command: Command, name: string): Typed | undefined => {
  const at = command.registeredArguments.findIndex((one) => one.name() === name);
  return at < 0 ? undefined : { name: `<${name}>`, value: command.args[at] };
};

const typedAs = (command: Command, name: string): Typed | undefined => {
  for (const one of [...(otherwise[name] ?? []), name]) {
    const found = optionOf(command, one) ?? argumentOf(command, one);
    if (found) return found;
  }
  return undefined;
};

const inWords = ({ name, value }: Typed, within: readonly string[]): string => {
  const [first = ''] = within;
  // Several values of one option are a list there, whether they were given apart or joined by commas.
  const item = /^\d+$/.test(first) ? [value].flat().flatMap((one) => String(one).split(','))[Number(first)] : undefined;
  const said = item ?? value;
  const rest = within.slice(item === undefined ? 0 : 1);
  const shown = ['string', 'number'].includes(typeof said) ? ` '${brief(String(said), 60)}'` : '';
  return `${name}${shown}${rest.length > 0 ? ` at /${rest.join('/')}` : ''}`;
};

/** A text with the options of a command where it names them as bodies do: `allowPrivate` as `--allow-private`. */
export const asTyped = (command: Command, text: string): string =>
  text.replace(/\b[a-z]+[A-Z]\w*\b/g, (name) => optionOf(command, name)?.name ?? name);

/**
 * The option or argument of a command that a part of what was sent came from, with what was given there, such as
 * `--due 'soon'`; within a file by the place, such as `--settings 'hub.json' at /field`. Undefined where it came from none.
 */
export const typedFor = (command: Command, pointer: string): string | undefined => {
  const path = pointer.split('/').slice(1);
  for (let upTo = path.length; upTo > 0; upTo -= 1) {
    const found = typedAs(command, path.slice(0, upTo).join('/'));
    if (found) return inWords(found, path.slice(upTo));
  }
  return undefined;
};
