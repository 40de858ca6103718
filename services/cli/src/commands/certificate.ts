import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Certificate, certificateText } from '@throughline/contracts';

const keyOf = (pem: string): KeyObject => {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error('what it is to be checked with is no public key in PEM', { cause: error });
  }
};

/** Whether a certificate was signed as it is by the key whose public half this is, in PEM. Needs no server. */
export const isSignedWith = (certificate: Certificate, pem: string): boolean => {
  const publicKey = keyOf(pem);
  const { key, signature } = certificate;
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  if (key !== id || signature === undefined) return false;
  return verify(null, Buffer.from(certificateText(certificate)), publicKey, Buffer.from(signature, 'base64'));
};
