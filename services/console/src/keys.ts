import { useEffect } from 'react';

/** Shortcuts by key (`event.key`), active while nothing is being typed; `mod+k` also while typing. */
export const useKeys = (keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = `${event.metaKey || event.ctrlKey ? 'mod+' : ''}${event.key}`;
      const act = keys[name];
      if (!act || event.altKey) return;
      if (!name.startsWith('mod+') && isBusy(event.target)) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [keys]);
};

const isBusy = (target: EventTarget | null): boolean =>
  document.querySelector('[role="dialog"]') !== null ||
  (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)));
