import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { pointerTo, valid } from './valid.ts';

const codes = { body: 'InvalidBody', query: 'InvalidQuery', param: 'InvalidPath', custom: 'InvalidBody' } as const;

/** Holds every parameter that has a zod schema against it: `@Body({ schema })`, `@Query({ schema })`, `@Param('id', { schema })`. */
export class ValidPipe implements PipeTransform {
  transform(value: unknown, { type, data, schema }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    return valid(schema, value, codes[type], data ? pointerTo([data]) : '');
  }
}
