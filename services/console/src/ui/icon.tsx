import type { Channel } from '../shapes.ts';

// One stroke path each on a 16 × 16 grid; the shape tells the channel where colour does not.
const paths: Record<Channel | 'note' | 'task' | 'search' | 'people' | 'overview' | 'quarantine' | 'clip', string> = {
  email: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  phone: 'M4.5 2.5 6.5 6 5 7.5c.8 1.6 1.900 2.700 3.500 3.500L10 9.500l3.500 2-1 2c-4.500.5-9.500-4.500-9.500-9.500z',
  sms: 'M2.500 3h11v7.500H8L5 13.500v-3H2.500zM5 6h6M5 8h4',
  whatsapp: 'M2.500 13.500l1-3.300a5.600 5.600 0 1 1 2.300 2.300zM6 6c0 2.500 1.500 4 4 4',
  chat: 'M2 3h8.500v6H6l-2.500 2.500V9H2zM12.500 6H14v6h-1.500v2L10 12H7.500',
  social: 'M8 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM3 13.500c.5-3 2.500-4 5-4s4.500 1 5 4',
  form: 'M3.500 2h9v12h-9zM6 5.500h4M6 8h4M6 10.500h2',
  meeting: 'M2.500 3.500h11v10h-11zM2.500 6.500h11M5.500 2v3M10.500 2v3',
  ticket: 'M2 5h12v2a1 1 0 0 0 0 2v2H2V9a1 1 0 0 0 0-2zM9.500 5v6',
  'in-app': 'M2.500 3h11v8h-11zM6 13.500h4M8 11v2.500',
  'self-service':
    'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.500 6.300a1.600 1.600 0 1 1 2.200 1.500c-.5.2-.7.500-.7 1.200M8 11.300v.200',
  campaign: 'M2.500 6.500v3l8 3.500V3zM10.500 6.500c1.500 0 1.500 3 0 3M4.500 10.500l1 3',
  'in-person':
    'M5.500 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM2.500 14v-5h6v5M11.500 7.500a1.700 1.700 0 1 0 0-3.400M11 9.500h2.500V14',
  survey: 'M3 13.500V9M6.300 13.500V5M9.700 13.500V7.500M13 13.500V3',
  note: 'M3 2.500h10v7.500l-3 3.500H3zM10 13.500V10h3M5.500 5.500h5M5.500 8h3',
  task: 'M3 3h10v10H3zM5.500 8l2 2 3.500-4',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500 14 14',
  people:
    'M6 7.500a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600zM2 13.500c0-2.500 1.500-4 4-4s4 1.500 4 4M11 7.500a2 2 0 1 0 0-4M11.500 9.700c1.700.2 2.700 1.600 2.700 3.800',
  overview: 'M2.500 13.500v-4h2.500v4zM6.700 13.500v-7h2.500v7zM11 13.500v-11h2.500v11z',
  quarantine: 'M8 2 14.500 13.500h-13zM8 6.500v3.500M8 11.700v.300',
  clip: 'M11.500 6.500 7 11a2 2 0 0 1-2.800-2.800l5-5a3 3 0 0 1 4.300 4.300l-5 5',
};

export type IconName = keyof typeof paths;

/** A mark for the eye; what it says is always said in text beside it, too. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
