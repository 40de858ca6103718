import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Certificate, certificateText } from '@throughline/contracts';

/** A public key in PEM. Throws a sentence that names where it is from. */
export const publicKeyIn = (pem: string, from: string): KeyObject => {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error(`${from} holds no public key in PEM`, { cause: error });
  }
};

/** Whether a certificate was signed as it is by the key whose public half this is. Needs no server. */
export const isSignedWith = (certificate: Certificate, publicKey: KeyObject): boolean => {
  const { key, signature } = certificate;
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  if (key !== id || signature === undefined) return false;
  return verify(null, Buffer.from(certificateText(certificate)), publicKey, Buffer.from(signature, 'base64'));
};
