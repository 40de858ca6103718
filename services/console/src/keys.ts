import { useEffect, useEffectEvent } from 'react';

export type Keys = Readonly<Record<string, () => void>>;

/**
 * Shortcuts by key (`event.key`), active while nothing is being typed and no dialog is open; `mod+…` also while typing.
 * `Enter` is left to whatever button or link has the focus.
 */
export const useKeys = (keys: Keys): void => {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const name = `${event.metaKey || event.ctrlKey ? 'mod+' : ''}${event.key}`;
    const act = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (!act || event.altKey || event.defaultPrevented || isTaken(name, event.target)) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
};

const isTaken = (name: string, target: EventTarget | null): boolean => {
  if (document.querySelector('[role="dialog"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (name === 'Enter') return target.closest('a, button, input, select, textarea, summary') !== null;
  return !name.startsWith('mod+') && (target.isContentEditable || target.matches('input, textarea, select'));
};
