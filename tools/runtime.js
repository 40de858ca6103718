/**
 * How Jest loads specs in its workers: as Node loads the product, each module once for a worker. Jest's own way compiles
 * and links all modules anew in a VM for each spec file, which took two fifths of a run's processor time. What modules keep
 * is shared by the specs of a worker, as it is by the parts of a process; specs and the helpers in the `test` folders are
 * loaded for each spec.
 *
 * In a process of its own (one file, `--runInBand`) Jest's way stays: it reads again what was changed, for `--watch`.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import module from 'jest-runtime';

// Its types speak of the module for `require`, where the class is one further in.
const Runtime = /** @type {typeof import('jest-runtime').default} */ (/** @type {unknown} */ (module));

const isWorker = process.send !== undefined;
const names = /** @type {const} */ ([
  'afterAll',
  'afterEach',
  'beforeAll',
  'beforeEach',
  'describe',
  'expect',
  'it',
  'jest',
  'test',
]);
const ofSpec = /\/test\/[^/]+\.tsx?$/;

/** @type {Record<string, any>} What Jest made for the spec that runs. */
let jest = {};
let specs = 0;

/** The same for all specs, since much that imports it is loaded once: each leads to what the present spec was given. */
const globals = Object.fromEntries(
  names.map((name) => [
    name,
    new Proxy(() => {}, {
      apply: (_, self, args) => Reflect.apply(jest[name], self, args),
      get: (_, key) => jest[name][key],
    }),
  ]),
);

/** @param {string} url */
const anew = (url) => `${url}?spec=${specs}`;

if (isWorker) {
  Object.assign(globalThis, globals);
  const source = `export const { ${names.join(', ')} } = globalThis;`;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@jest/globals') return { url: 'jest:globals', format: 'module', shortCircuit: true };
      const resolved = next(specifier, context);
      return ofSpec.test(resolved.url) ? { ...resolved, url: anew(resolved.url) } : resolved;
    },
    load: (url, context, next) =>
      url === 'jest:globals' ? { format: 'module', source, shortCircuit: true } : next(url, context),
  });
}

/** Specs by Node, and Jest's own parts in the VM that they always ran in. */
export default class NodeRuntime extends Runtime {
  /** @param {ConstructorParameters<typeof Runtime>} args */
  constructor(...args) {
    super(...args);
    const [, { global }] = args;
    // Matchers compare with what values were made by: `expect.any(String)` means the specs' String.
    if (isWorker)
      for (const name of builtIn) if (name in global) Reflect.set(global, name, Reflect.get(globalThis, name));
  }

  /**
   * @override
   * @param {string} from
   * @param {string} [moduleName]
   */
  async unstable_importModule(from, moduleName) {
    if (!isWorker || moduleName !== undefined) return super.unstable_importModule(from, moduleName);
    jest = this.requireModuleOrMock(from, '@jest/globals');
    specs += 1;
    // Node knows which line of the source a stack means; what Jest put here knows of its own transforms only.
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    return import(anew(pathToFileURL(from).href));
  }
}

const builtIn = Object.getOwnPropertyNames(globalThis).filter(
  (name) => /^[A-Z]/.test(name) && typeof Reflect.get(globalThis, name) === 'function',
);
