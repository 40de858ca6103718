import type { Presence } from '../matter/shapes.ts';

export const presenceNames: Record<Presence, string> = {
  available: 'Available',
  busy: 'Busy',
  away: 'Away',
  offline: 'Offline',
};

/** Whether somebody is there. */
export const PresenceMark = ({ presence }: { presence: Presence }) => (
  <span className="presence">
    <span data-presence={presence}>{presenceNames[presence]}</span>
  </span>
);
