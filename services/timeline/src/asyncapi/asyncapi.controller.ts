import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, SetMetadata } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags, needs } from '@throughline/host';

const file = new URL('./asyncapi.json', import.meta.url);

/** What is told over Kafka, and how. */
@ApiTags('documents')
@SetMetadata(needs, 'nobody')
@Controller('asyncapi.json')
export class AsyncApiController {
  private text: Promise<string> | undefined;

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'The AsyncAPI 3 document of the topics and of every event' })
  @ApiResponse({ status: 200, description: 'Made from the schemas by `npm run gen`.' })
  document(): Promise<string> {
    return (this.text ??= readFile(file, 'utf8'));
  }
}
