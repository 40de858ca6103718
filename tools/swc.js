/**
 * How this repository's TypeScript becomes JavaScript: the one set of SWC options that the builds, the development
 * loader and the tests share. Types are checked by `tsc`, never here.
 *
 * @type {import('@swc/core').Options}
 */
export const swcOptions = {
  swcrc: false,
  configFile: false,
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: true,
      // An import that is only a type to the eye is still a value to decorator metadata.
      verbatimModuleSyntax: true,
      react: { runtime: 'automatic' },
    },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};
