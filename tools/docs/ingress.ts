import { patternOf, rules } from '@throughline/front';

const prelude = `# Which service answers at which path, for Kubernetes. Made by \`npm run gen\` from services/front/src/paths.ts; do not edit it.
# Paths are regular expressions, which ingress-nginx tries from the longest to the shortest. Health, the OpenAPI document and
# the kinds of problems are the front's: there they stand for all services.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: throughline
  annotations:
    nginx.ingress.kubernetes.io/use-regex: 'true'
    # Raw mails and batches; streams of events say nothing for long.
    nginx.ingress.kubernetes.io/proxy-body-size: 64m
    nginx.ingress.kubernetes.io/proxy-request-buffering: 'off'
    nginx.ingress.kubernetes.io/proxy-buffering: 'off'
    nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'
spec:
  ingressClassName: nginx
  rules:
    - http:
        paths:
`;

const ofFront = ['/health/live', '/health/ready', '/openapi.json', '/problems'];

const pathOf = ({ path, service }: { readonly path: string; readonly service: string }): string =>
  `          - path: ${patternOf(path).replace(/^\^/, '')}
            pathType: ImplementationSpecific
            backend: { service: { name: ${service}, port: { name: http } } }
`;

/** deploy/ingress.yaml, made from the table that the front passes requests on by. */
export const ingress = (): string =>
  prelude + [...ofFront.map((path) => ({ path, service: 'front' })), ...rules].map(pathOf).join('');
