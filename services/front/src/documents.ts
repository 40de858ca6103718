import type { DescribedKind } from '@throughline/host';
import { away } from './away.ts';
import { type Service, serviceAt, services } from './paths.ts';

/** How a service is asked: a path of it, for JSON. */
export type Ask = (service: Service, path: string) => Promise<unknown>;

type OpenApi = {
  readonly paths: Readonly<Record<string, object>>;
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tags?: readonly { readonly name: string }[];
};

/** Asks over HTTP, for three seconds at most. Throws `ServiceAway` where it does not answer. */
export const askAt =
  (urlOf: (service: Service) => string): Ask =>
  async (service, path) => {
    const url = `${urlOf(service)}${path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
    if (!answer?.ok) throw away(service);
    return answer.json();
  };

/** The OpenAPI document of all services: of each one the paths that the table gives it. */
export const openApi = async (ask: Ask): Promise<OpenApi> => {
  const all = await Promise.all(services.map(async (service) => [service, (await ask(service, '/openapi.json')) as OpenApi] as const)); // prettier-ignore
  const paths = all.flatMap(([service, document]) =>
    Object.entries(document.paths).filter(([path]) => serviceAt(path) === service),
  );
  const components: Record<string, Record<string, unknown>> = {};
  for (const [, document] of all)
    for (const [kind, named] of Object.entries(document.components ?? {}))
      components[kind] = { ...components[kind], ...named };
  const tags = new Map(all.flatMap(([, document]) => (document.tags ?? []).map((tag) => [tag.name, tag])));
  return { ...all[0]![1], paths: Object.fromEntries(paths), components, tags: [...tags.values()] };
};

/** The kinds of problems of all services. */
export const problems = async (ask: Ask, own: readonly DescribedKind[]): Promise<DescribedKind[]> => {
  const lists = await Promise.all(services.map((service) => ask(service, '/problems')));
  const all = [...own, ...lists.flatMap((list) => (list as { readonly items: readonly DescribedKind[] }).items)];
  return [...new Map(all.map((kind) => [kind.code, kind])).values()];
};
