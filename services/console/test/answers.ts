import type { IncomingMessage } from 'node:http';

export type Asked = { readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly headers: IncomingMessage['headers']; readonly body: unknown }; // prettier-ignore
export type Answered = { status?: number; body?: unknown; location?: string; seen?: string };

/** An RFC 9457 problem, as the host answers it. */
export const problem = (status: number, title: string, detail?: string, errors?: { pointer: string; reason: string }[]): Answered => ({
  status,
  body: { type: '/problems/made', title, status, detail, errors },
}); // prettier-ignore
