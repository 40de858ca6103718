export { paths, patternOf, rules, type Service, serviceAt, services } from './paths.ts';
