export { type FrontOptions, startFront } from './front.ts';
export { customerPattern, paths, patternOf, rules, type Service, serviceAt, services } from './paths.ts';
