import { describe, expect, it } from '@jest/globals';
import { preparation } from './preparation.ts';

const at = (role: string, password = 'secret', database = 'throughline') =>
  `postgres://throughline_${role}:${password}@db.example:5432/${database}`;
const urls = {
  DATABASE_URL: at('owner', 'one%2Fs'),
  SERVICE_URL: at('service', 'two'),
  PROJECTOR_URL: at('projector', 'three'),
};
const faultsOf = (given: Parameters<typeof preparation>[0]): string => {
  try {
    preparation(given);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('how the roles are prepared', () => {
  it('is read from their URLs', () =>
    expect(preparation(urls)).toEqual({
      database: 'throughline',
      passwords: { owner: 'one/s', service: 'two', projector: 'three' },
    }));

  it('is refused with all that is wrong, and no password is repeated', () => {
    const message = faultsOf({ DATABASE_URL: at('service'), PROJECTOR_URL: at('projector', '', 'another') });
    expect(message.split('\n')).toEqual([
      'DATABASE_URL does not name the role throughline_owner',
      'SERVICE_URL is missing: with SUPERUSER_URL it says which password the role is to have',
      'PROJECTOR_URL has no password',
      'PROJECTOR_URL does not name the database of DATABASE_URL',
    ]);
    expect(message).not.toContain('secret');
  });
});
