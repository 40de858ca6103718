import { type Asked, Fake, Refusing, type Rules, type Says } from './fake.ts';

type Properties = Record<string, string | null>;
type Stored = { id: string; type: string; properties: Properties; made: number; to: Set<string>; mergedInto?: string };

const ok = (body: unknown): Says => ({ status: 200, body });
const refuse = (status: number, category: string, message: string): never => {
  throw new Refusing({ status, body: { status: 'error', category, message, correlationId: 'x' } });
};

/** HubSpot, as far as it is asked here: objects with unique properties, searches that lag, associations, owners. */
export const fakeHubspot = ({ token = 'pat-1', lagMs = 0, journal = undefined as string | undefined } = {}) => {
  const all: Stored[] = [];
  const owners = [{ id: '77', email: 'Bo@Acme.example', firstName: 'Bo', lastName: 'Berg' }];
  const properties = new Map<string, { name: string; hasUniqueValue: boolean }>();
  const state = { token, lagMs };
  const key = (type: string, name: string) => `${type}.${name}`;

  const byId = (type: string, id: string): Stored => {
    const found = all.find((one) => one.type === type && one.id === id);
    if (!found) return refuse(404, 'OBJECT_NOT_FOUND', 'resource not found');
    return found.mergedInto === undefined ? found : byId(type, found.mergedInto);
  };
  const make = (type: string, of: Properties): Stored => {
    const one = { id: String(500 + all.length), type, properties: { ...of }, made: Date.now(), to: new Set<string>() };
    all.push(one);
    return one;
  };
  const checked = (type: string, of: Properties): void => {
    const unknown = Object.keys(of).find((name) => name.startsWith('throughline_') && !properties.has(key(type, name)));
    if (unknown !== undefined)
      refuse(400, 'VALIDATION_ERROR', `Property values were not valid: PROPERTY_DOESNT_EXIST ${unknown}`);
    if (of['hs_timestamp'] === undefined && type !== 'contacts')
      refuse(400, 'VALIDATION_ERROR', 'hs_timestamp is missing');
    if (Object.values(of).some((value) => value !== null && value.length > 65_536))
      refuse(400, 'VALIDATION_ERROR', 'a value is over 65536 characters');
  };

  const upsert = (type: string, { body }: Asked): Says => {
    const [{ id, idProperty, properties: of }] = body.inputs as [
      { id: string; idProperty: string; properties: Properties },
    ];
    if (!properties.get(key(type, idProperty))?.hasUniqueValue)
      refuse(400, 'VALIDATION_ERROR', `PROPERTY_DOESNT_EXIST ${idProperty}`);
    try {
      checked(type, of);
    } catch (error) {
      // Of a batch some inputs can fail, so it is answered with a success that holds no result.
      return {
        status: 207,
        body: { status: 'COMPLETE', results: [], numErrors: 1, errors: [(error as Refusing).says.body] },
      };
    }
    const known = all.find((one) => one.type === type && one.properties[idProperty] === id);
    if (known) Object.assign(known.properties, of);
    const one = known ?? make(type, { ...of, [idProperty]: id });
    return ok({ status: 'COMPLETE', results: [{ id: one.id, new: !known, properties: one.properties }] });
  };

  type Filter = { propertyName: string; operator: string; value: string };
  const search = ({ body }: Asked): Says => {
    const matches = (one: Stored, { propertyName, operator, value }: Filter) => {
      const text = (one.properties[propertyName] ?? '').toLowerCase();
      return operator === 'EQ' ? text === value.toLowerCase() : text.split(';').includes(value.toLowerCase());
    };
    const visible = all.filter(
      (one) => one.type === 'contacts' && one.mergedInto === undefined && one.made + state.lagMs <= Date.now(),
    );
    const results = visible.filter((one) =>
      (body.filterGroups as { filters: Filter[] }[]).some(({ filters }) =>
        filters.every((filter) => matches(one, filter)),
      ),
    );
    return ok({
      total: results.length,
      results: results.slice(0, body.limit as number).map(({ id, properties: of }) => ({ id, properties: of })),
    });
  };

  const shown = ({ id, properties: of, to }: Stored, asked: Asked) => {
    const deals = [...to].filter((other) => all.some((one) => one.id === other && one.type === 'deals'));
    const associations =
      asked.query.get('associations') === 'deals' && deals.length > 0
        ? { deals: { results: deals.map((deal) => ({ id: Number(deal) })) } }
        : undefined;
    return { id, properties: of, ...(associations && { associations }) };
  };

  const routes: [RegExp, (asked: Asked, ...parts: string[]) => Says][] = [
    [/^POST \/crm\/objects\/2026-03\/contacts\/search$/, search],
    [/^POST \/crm\/objects\/2026-03\/(\w+)\/batch\/upsert$/, (asked, type) => upsert(type, asked)],
    [
      /^POST \/crm\/objects\/2026-03\/deals\/batch\/read$/,
      ({ body }) =>
        ok({
          status: 'COMPLETE',
          results: (body.inputs as { id: string }[])
            .map(({ id }) => byId('deals', id))
            .map(({ id, properties: of }) => ({ id, properties: of })),
        }),
    ],
    [
      /^PUT \/crm\/objects\/2026-03\/(\w+)\/(\w+)\/associations\/default\/contacts\/(\w+)$/,
      (_, type, id, contact) => {
        byId(type, id).to.add(byId('contacts', contact).id);
        return ok({ status: 'COMPLETE', results: [] });
      },
    ],
    [
      /^GET \/crm\/objects\/2026-03\/(\w+)\/([\w-]+)$/,
      (asked, type, id) => {
        const by = asked.query.get('idProperty');
        const one = by === null ? byId(type, id) : all.find((each) => each.type === type && each.properties[by] === id);
        return ok(shown(one ?? refuse(404, 'OBJECT_NOT_FOUND', 'resource not found'), asked));
      },
    ],
    [
      /^PATCH \/crm\/objects\/2026-03\/contacts\/(\w+)$/,
      ({ body }, id) => {
        checked('contacts', body.properties as Properties);
        const one = byId('contacts', id);
        Object.assign(one.properties, body.properties);
        return ok({ id: one.id, properties: one.properties });
      },
    ],
    [
      /^GET \/crm\/owners\/2026-03$/,
      ({ query }) => ok({ results: owners.filter(({ email }) => email.toLowerCase() === query.get('email')) }),
    ],
    [
      /^GET \/crm\/owners\/2026-03\/(\w+)$/,
      (_, id) => ok(owners.find((one) => one.id === id) ?? refuse(404, 'OBJECT_NOT_FOUND', 'no owner')),
    ],
    [
      /^GET \/crm\/properties\/2026-03\/(\w+)\/(\w+)$/,
      (_, type, name) => ok(properties.get(key(type, name)) ?? refuse(404, 'OBJECT_NOT_FOUND', 'no property')),
    ],
    [
      /^POST \/crm\/properties\/2026-03\/(\w+)$/,
      ({ body }, type) => {
        properties.set(key(type, body.name as string), {
          name: body.name as string,
          hasUniqueValue: body.hasUniqueValue === true,
        });
        return { status: 201, body };
      },
    ],
  ];

  const rules: Rules = {
    writes: ({ method, path }) => method !== 'GET' && !/\/(search|batch\/read)$/.test(path),
    answer: (asked) => {
      if (asked.headers['authorization'] !== `Bearer ${state.token}`)
        return refuse(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      for (const [route, answer] of routes) {
        const match = route.exec(`${asked.method} ${asked.path}`);
        if (match) return answer(asked, ...match.slice(1));
      }
      return refuse(404, 'NOT_FOUND', 'no such address');
    },
  };
  return { fake: new Fake(rules, journal), all, state, properties, make };
};
