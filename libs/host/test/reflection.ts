import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';

/** The contract of reflection itself, for a client. */
export const reflectionProto = join(
  dirname(createRequire(import.meta.url).resolve('@grpc/reflection')),
  '../proto/grpc/reflection/v1/reflection.proto',
);

/** A google.protobuf.FileDescriptorSet of that contract: field 1 of each is a file. */
export const descriptorSet = (): Uint8Array => {
  const { fileDescriptorProtos } = loadSync(reflectionProto)['grpc.reflection.v1.ServerReflectionRequest'] as {
    fileDescriptorProtos: Buffer[];
  };
  return Buffer.concat(
    fileDescriptorProtos.map((file) => {
      if (file.length >= 16_384) throw new Error('its length takes more than two bytes');
      const length = file.length < 128 ? [file.length] : [(file.length & 0x7f) | 0x80, file.length >> 7];
      return Buffer.concat([Buffer.from([0x0a, ...length]), file]);
    }),
  );
};
