import { connect } from 'node:net';

/** What a server says to bytes that no HTTP library would send, until it ends the connection or is silent for a second. */
export const saidTo = (url: string, ...pieces: readonly (string | Buffer)[]): Promise<string> => {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(port), hostname, () => pieces.forEach((piece) => socket.write(piece)));
    const end = () => {
      socket.destroy();
      resolve(said);
    };
    socket.setEncoding('latin1').setTimeout(1_000, end);
    socket
      .on('data', (text: string) => (said += text))
      .on('error', end)
      .on('close', end);
  });
};

/** The status in what a server said. */
export const statusIn = (said: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1]);

/** A connection that sends a part of a request and then nothing, until it is ended. */
export const stalled = async (url: string, part: string) => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.write(part, resolve));
  const closed = new Promise<void>((resolve) =>
    socket
      .on('error', () => {})
      .once('close', resolve)
      .resume(),
  );
  return { closed, end: () => socket.destroy() };
};
