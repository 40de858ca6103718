import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];
const colours: readonly Colour[] = ['cyan', 'green', 'yellow', 'blue', 'magenta', 'cyanBright', 'greenBright', 'yellowBright']; // prettier-ignore

/** Says lines. */
export type Say = (line: string) => void;

/** Where lines go. `isTTY` gives them colours, unless `NO_COLOR` is set. */
export type Outlet = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** One view of what many processes say: every line begins with whose it is. */
export const voices = (out: Outlet): ((name: string) => Say) => {
  let width = 0;
  let many = 0;
  return (name) => {
    const colour = colours[many++ % colours.length]!;
    width = Math.max(width, name.length);
    return (line) => {
      const whose = `${name.padEnd(width)} │`;
      const isColoured = out.isTTY === true && !process.env['NO_COLOR'];
      out.write(`${isColoured ? styleText(colour, whose, { validateStream: false }) : whose} ${line}\n`);
    };
  };
};
