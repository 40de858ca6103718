import { useEffect, useEffectEvent } from 'react';

export type Keys = Readonly<Record<string, () => void>>;

/**
 * Shortcuts by key (`event.key`), active while nothing is being typed and no dialog is open; `mod+…` also while typing.
 * `g q` is one key after the other. `Enter` is left to whatever button or link has the focus.
 */
export const useKeys = (keys: Keys): void => {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const name = nameOf(event);
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

const togetherMs = 1_500;
let last: { readonly event: KeyboardEvent; readonly leads: boolean } | undefined;

// All who listen hear the same event, so what came before it is found out once.
const names = new WeakMap<KeyboardEvent, string>();
const nameOf = (event: KeyboardEvent): string => {
  const known = names.get(event);
  if (known !== undefined) return known;
  const single = `${event.metaKey || event.ctrlKey ? 'mod+' : ''}${event.key}`;
  const follows = last?.leads && event.timeStamp - last.event.timeStamp < togetherMs;
  const name = follows ? `g ${single}` : single;
  last = { event, leads: name === 'g' && !isTaken(name, event.target) };
  names.set(event, name);
  return name;
};

const isTaken = (name: string, target: EventTarget | null): boolean => {
  if (document.querySelector('[role="dialog"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (name === 'Enter') return target.closest('a, button, input, select, textarea, summary') !== null;
  return !name.startsWith('mod+') && (target.isContentEditable || target.matches('input, textarea, select'));
};
