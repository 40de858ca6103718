import { connect, type Socket } from 'node:net';

/** An answer over HTTP. */
export type Answer = { readonly status: number; readonly body: string };

type Asked = {
  readonly body: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
};

const headers = /^HTTP\/1\.1 (\d{3})[^]*?^content-length: (\d+)\r$[^]*?\r\n\r\n/im;

/** One connection, that asks for one thing at a time. */
type Line = { readonly socket: Socket; asked: Asked | undefined; heard: string };

/** So many at most: what comes beyond that waits for one of them. */
const most = 64;

/**
 * Posts JSON over a few connections that it keeps: as little of HTTP as that needs, so that whoever
 * measures takes next to no processor time from whoever is measured. Answers must tell their length and be ASCII.
 */
export const poster = (url: string, path: string) => {
  const { hostname, port, host } = new URL(url);
  const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: `;
  const idle: Line[] = [];
  const lines = new Set<Line>();
  const waiting: Asked[] = [];

  const send = (line: Line, asked: Asked): void => {
    line.asked = asked;
    line.socket.write(`${head}${Buffer.byteLength(asked.body)}\r\n\r\n${asked.body}`);
  };

  const hear = (line: Line, text: string): void => {
    line.heard += text;
    const [all, status, length] = headers.exec(line.heard) ?? [];
    if (all === undefined || line.heard.length < all.length + Number(length)) return;
    const body = line.heard.slice(all.length);
    const { asked } = line;
    [line.heard, line.asked] = ['', undefined];
    const next = waiting.shift();
    if (next) send(line, next);
    else idle.push(line);
    asked?.resolve({ status: Number(status), body });
  };

  const open = (): Line => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding('latin1');
    const line: Line = { socket, asked: undefined, heard: '' };
    lines.add(line);
    socket.on('data', (text: string) => hear(line, text));
    socket.on('error', (error) => line.asked?.reject(error));
    socket.on('close', () => {
      lines.delete(line);
      idle.splice(0, idle.length, ...idle.filter((one) => one !== line));
      line.asked?.reject(new Error('the connection was closed'));
    });
    return line;
  };

  return {
    post: (body: string): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const line = idle.pop() ?? (lines.size < most ? open() : undefined);
        const asked = { body, resolve, reject };
        if (line) send(line, asked);
        else waiting.push(asked);
      }),
    close: () => lines.forEach(({ socket }) => socket.destroy()),
  };
};
