export { type FrontOptions, startFront } from './front.ts';
export { paths, patternOf, rules, type Service, serviceAt, services } from './paths.ts';
