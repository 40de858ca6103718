import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiResponseOptions, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { endpointsOf } from './auth/endpoints.ts';
import { taken } from './problems.ts';
import { bodyLimit } from './requests.ts';

/** The body of every problem, for the documents. */
export const problemSchema = z.object({
  type: z.string().describe('A page of this server that explains the kind of problem: /problems/tenant-unknown'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('The kind of problem, for programs: TenantUnknown'),
  errors: z.array(z.object({ pointer: z.string(), reason: z.string() })).optional(),
  instance: z.string().optional().describe('Names an unexpected error in the logs'),
});

type Converted = { schema: Record<string, unknown>; components?: Record<string, Record<string, unknown>> };

/** Schemas that a schema names (`meta({ id })`, or that hold themselves) stand beside it: OpenAPI has one place for all. */
const converted = (schema: z.ZodType, io: 'input' | 'output'): Converted => {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  const {
    $schema: _,
    $defs: components,
    ...rest
  } = json as Record<string, unknown> & {
    $defs?: Converted['components'];
  };
  return { schema: rest, components };
};

/** A documented answer, for `@ApiResponse(answer(201, captured, 'Stored.'))`. Values that a JSON text has: bigint is not one. */
export const answer = (status: number, schema: z.ZodType, description: string): ApiResponseOptions => ({
  status,
  description,
  standardSchema: schema,
});

const told = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: converted(problemSchema, 'output').schema } },
});

/** A documented problem, for `@ApiResponse(problem(404, 'No customer has this id.'))`. */
export const problem = (status: number, description: string): ApiResponseOptions => ({ status, ...told(description) });

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const who = [
  { name: 'x-tenant', in: 'header', required: false, schema: { type: 'string', default: 'default' } },
  { name: 'x-actor', in: 'header', required: false, schema: { type: 'string', default: 'anonymous' } },
] as const;

/** What any write may be answered with, whatever its controller says of it. */
const refusals = (document: OpenAPIObject): void => {
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, { requestBody, responses }] of Object.entries(operations) as [string, Operation][]) {
      if (method === 'get' || !path.startsWith('/v1/')) continue;
      responses['413'] ??= told(`The body is over ${bodyLimit / 1024 / 1024} MiB.`);
      if (!requestBody) responses['422'] ??= told('It takes no body, and what was sent is named.');
      else if ('content' in requestBody && taken.json in requestBody.content)
        responses['422'] ??= told('The body is not as it must be: every field and why.');
    }
};

// `{}` beside the scheme: with authentication off nobody is asked.
const secured = (document: OpenAPIObject, app: NestFastifyApplication): OpenAPIObject => {
  const needed = new Map(endpointsOf(app).map(({ id, needs }) => [id, needs]));
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[]);
  for (const operation of operations) {
    const needs = needed.get(operation.operationId ?? '');
    if (needs === 'nobody') continue;
    operation.security = [{ bearer: [] }, {}];
    if (needs) Object.assign(operation, { 'x-needs': needs });
    operation.responses['401'] ??= told('It is not known who you are.');
    operation.responses['403'] ??= told('No role of yours has the right.');
  }
  for (const operation of operations) operation.responses['default'] ??= told('A problem; its `code` says which.');
  return document;
};

const describe = (app: NestFastifyApplication, version: string): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Throughline')
    .setDescription('Every interaction with your customers, one timeline each.')
    .setVersion(version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A token of the OIDC issuer, or an API key.' },
      'bearer',
    )
    .addGlobalParameters(...who)
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? converted(schema, schemaType) : undefined,
  });
  refusals(document);
  return secured(document, app);
};

/** Serves OpenAPI 3.1 at `/openapi.json` and pages for people at `/docs`, all from this server; made when first asked for. */
export const serveDocs = (app: NestFastifyApplication, version: string): void => {
  let made: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (made ??= describe(app, version)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    // The pages show what is at this address, which behind a front is more than what this process serves.
    swaggerOptions: { spec: null, url: '/openapi.json' },
    customSiteTitle: 'Throughline API',
  });
};
