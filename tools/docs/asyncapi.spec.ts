import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { Parser, type SchemaInterface } from '@asyncapi/parser';
import { type EventName, eventSchemas, personalFieldsOf } from '@throughline/contracts';
import { z } from 'zod';
import { asyncApi } from './asyncapi/document.ts';

const made = asyncApi();
const parsed = async (text: string) => {
  const { document, diagnostics } = await new Parser().parse(text);
  // Tools of any age read 3.0.
  const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  return { document, faults: faults.map(({ message, path }) => `${path.join('/')}: ${message}`) };
};

const whole = made.then(parsed);

describe('the AsyncAPI document', () => {
  it('says what the schemas say (npm run gen writes it)', async () => {
    const file = new URL('../../services/timeline/src/asyncapi/asyncapi.json', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(await made);
  });

  it('is valid', async () => {
    expect((await whole).faults).toEqual([]);
    const { faults } = await parsed((await made).replace('"address":', '"adress":'));
    expect(faults.join()).toMatch(/adress/);
  });

  it('has examples that fit, and schemas that would tell', async () => {
    const { document } = await whole;
    const fits = (schema: SchemaInterface | undefined, value: unknown) =>
      z.fromJSONSchema(schema!.json()).safeParse(value).success;
    const examples = document!.messages().all().flatMap((message) => message.examples().all().map((example) => ({ message, example }))); // prettier-ignore
    expect(examples.length).toBeGreaterThan(50);
    for (const { message, example } of examples) {
      const { headers, payload } = { headers: example.headers()!, payload: example.payload()! };
      expect([message.id(), fits(message.headers(), headers), fits(message.payload(), payload)]).toEqual([message.id(), true, true]); // prettier-ignore
      for (const name of Object.keys(headers)) expect(fits(message.headers(), { ...headers, [name]: 7 })).toBe(false);
      expect(fits(message.payload(), 'text')).toBe(false);
    }
  });

  it('has every event, with an example, and says which fields are personal', async () => {
    const { document } = await whole;
    const messages = document!.channels().get('ledger')!.messages();
    for (const name of Object.keys(eventSchemas) as EventName[]) {
      const message = messages.get(name)!;
      expect(message.examples().all()[0]!.payload()).toBeDefined();
      const marks = JSON.stringify(message.payload()!.json()).match(/"x-personal":/g) ?? [];
      expect([name, marks.length]).toEqual([name, personalFieldsOf[name].length]);
    }
    expect(messages.all()).toHaveLength(Object.keys(eventSchemas).length + 1);
  });
});
