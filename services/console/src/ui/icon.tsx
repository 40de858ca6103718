import type { Channel } from '../shapes.ts';

// One stroke path each on a 16 × 16 grid; the shape tells the channel where colour does not.
type Sign =
  | 'note' | 'task' | 'search' | 'people' | 'accounts' | 'overview' | 'quarantine' | 'clip' | 'right' | 'down' | 'done'
  | 'owner' | 'close' | 'out' | 'queue' | 'connections' | 'past' | 'health' | 'retention'; // prettier-ignore
const paths: Record<Channel | Sign, string> = {
  email: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  phone: 'M4.5 2.5 6.5 6 5 7.5c.8 1.6 1.9 2.7 3.5 3.5L10 9.5l3.5 2-1 2c-4.5.5-9.5-4.5-9.5-9.5z',
  sms: 'M2.5 3h11v7.5H8L5 13.5v-3H2.5zM5 6h6M5 8h4',
  whatsapp: 'M2.5 13.5l1-3.3a5.6 5.6 0 1 1 2.3 2.3zM6 6c0 2.5 1.5 4 4 4',
  chat: 'M2 3h8.5v6H6l-2.5 2.5V9H2zM12.5 6H14v6h-1.5v2L10 12H7.5',
  social: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.5-3 2.5-4 5-4s4.5 1 5 4',
  form: 'M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2',
  meeting: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3',
  ticket: 'M2 5h12v2a1 1 0 0 0 0 2v2H2V9a1 1 0 0 0 0-2zM9.5 5v6',
  'in-app': 'M2.5 3h11v8h-11zM6 13.5h4M8 11v2.5',
  'self-service': 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.5 6.3a1.6 1.6 0 1 1 2.2 1.5c-.5.2-.7.5-.7 1.2M8 11.3v.2',
  campaign: 'M2.5 6.5v3l8 3.5V3zM10.5 6.5c1.5 0 1.5 3 0 3M4.5 10.5l1 3',
  'in-person': 'M5.5 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM2.5 14v-5h6v5M11.5 7.5a1.7 1.7 0 1 0 0-3.4M11 9.5h2.5V14',
  survey: 'M3 13.5V9M6.3 13.5V5M9.7 13.5V7.5M13 13.5V3',
  note: 'M3 2.5h10v7.5l-3 3.5H3zM10 13.5V10h3M5.5 5.5h5M5.5 8h3',
  task: 'M3 3h10v10H3zM5.5 8l2 2 3.5-4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14',
  people:
    'M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM2 13.5c0-2.5 1.5-4 4-4s4 1.5 4 4M11 7.5a2 2 0 1 0 0-4M11.5 9.7c1.7.2 2.7 1.6 2.7 3.8',
  overview: 'M2.5 13.5v-4h2.5v4zM6.7 13.5v-7h2.5v7zM11 13.5v-11h2.5v11z',
  quarantine: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3',
  clip: 'M11.5 6.5 7 11a2 2 0 0 1-2.8-2.8l5-5a3 3 0 0 1 4.3 4.3l-5 5',
  accounts: 'M2.5 14V3.5h6V14M8.5 7h5v7M1.5 14h13M4.5 6h2M4.5 8.5h2M4.5 11h2M11 9.5h.5M11 11.7h.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  done: 'M3 8.5 6.5 12 13 4.5',
  owner: 'M8 7.5A2.5 2.5 0 1 0 8 2.5a2.5 2.5 0 0 0 0 5zM3 13.5c.3-2.8 2-4.3 5-4.3s4.7 1.5 5 4.3',
  close: 'M4 4l8 8M12 4l-8 8',
  out: 'M6 4h6v6M12 4 4.5 11.5',
  queue: 'M2.5 8.5 4.5 3h7l2 5.5v4.5h-11zM2.5 8.5h3.2c.2 1.3 1.1 2 2.3 2s2.1-.7 2.3-2h3.2',
  past: 'M3.2 5.5A5.7 5.7 0 1 1 2.3 8.5M2.5 2.5v3.3h3.3M8 5v3.3l2.3 1.5',
  connections: 'M6.5 9.5 9.5 6.5M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5',
  health: 'M1.5 8.5h3l1.5-4.5 3 8.5 2-6 1 2h2.5',
  retention: 'M4 2h8M4 14h8M5 2c0 3.5 6 8.5 6 12M11 2c0 3.5-6 8.5-6 12',
};

export type IconName = keyof typeof paths;

/** A mark for the eye; what it says is always said in text beside it, too. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
