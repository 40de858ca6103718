import { InvalidArgumentError, Option } from 'commander';
import { Client } from './client.ts';

/** The options that every command takes. */
export type Global = { json?: boolean; url: string; tenant?: string; token?: string; key?: string };

const address = (text: string): string => {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('It is no address, such as http://127.0.0.1:3000.');
};

/** The same as they stand in a command line, before or after the command's name. */
export const globalOptions = (): Option[] => [
  new Option('--json', 'machine-readable, on standard output'),
  new Option('--url <url>', 'where Throughline is').argParser(address),
  new Option('--tenant <name>', 'whose data'),
  new Option('--token <token>', 'who you are, where the server asks'),
  new Option('--key <key>', 'an API key instead of a token'),
];

/** With what holds where nothing is said. Only for options after the command's name: what stands before it wins over them. */
export const withFallback = (option: Option): Option => {
  if (option.name() === 'json') return option;
  if (option.name() === 'url') option.default('http://127.0.0.1:3000');
  return option.env(`THROUGHLINE_${option.name().toUpperCase()}`);
};

/** The client that they ask for; a key is sent as a token is. */
export const clientOf = ({ url, tenant, token, key }: Global): Client => new Client(url, tenant, 'cli', key ?? token);
