declare module 'mbox-reader' {
  /** The messages of an mbox file, one by one. */
  export function mboxReader(
    input: NodeJS.ReadableStream,
    options?: { gz?: boolean },
  ): AsyncGenerator<{ content: Buffer }>;
}
