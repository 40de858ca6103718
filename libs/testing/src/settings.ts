import type { Settings } from '@throughline/postgres';

/** What servers for specs have in common; in their own folders is what they share memory by, also where they are killed. */
export const settings: Settings = {
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  dynamic_shared_memory_type: 'mmap',
};
