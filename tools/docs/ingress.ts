import { customerPattern, patternOf, rules } from '@throughline/front';

const prelude = `# Which service answers at which path, for Kubernetes. Made by \`npm run gen\` from services/front/src/paths.ts; do not edit it.
# Paths are regular expressions, which ingress-nginx tries from the longest to the shortest. Health, the OpenAPI document and
# the kinds of problems are the front's: there they stand for all services. So is a customer itself: it is read from one
# service and erased by another one.
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

const ofFront = [...['/health/live', '/health/ready', '/openapi.json', '/problems'].map(patternOf), customerPattern];

const ruleOf = ({ pattern, service }: { readonly pattern: string; readonly service: string }): string =>
  `          - path: ${pattern.replace(/^\^/, '')}
            pathType: ImplementationSpecific
            backend: { service: { name: ${service}, port: { name: http } } }
`;

/** deploy/ingress.yaml, made from the table that the front passes requests on by. */
export const ingress = (): string =>
  prelude +
  [
    ...ofFront.map((pattern) => ({ pattern, service: 'front' })),
    ...rules.map(({ path, service }) => ({ pattern: patternOf(path), service })),
  ]
    .map(ruleOf)
    .join('');
