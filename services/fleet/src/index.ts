export { services } from '@throughline/front';
