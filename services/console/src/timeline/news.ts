import type { Entry, Page } from '../shapes.ts';
import { timeOf } from './line.ts';

/** Newest first, as the server orders them. */
const byMoment = (a: Entry, b: Entry): number => timeOf(b) - timeOf(a) || b.position - a.position;

/** Pages with what came in since: entries that changed in their place, new ones where they belong. */
export const withNews = <Of extends Page<Entry>>(pages: readonly Of[], news: readonly Entry[]): Of[] => {
  const changed = new Map(news.map((entry) => [entry.id, entry]));
  const result = pages.map((page) => ({ ...page, items: page.items.map((entry) => changed.get(entry.id) ?? entry) }));
  const shown = new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)));
  for (const entry of changed.values()) {
    if (shown.has(entry.id)) continue;
    // What is older than all that was read comes with its page.
    const page =
      result.find(({ items }) => items.length > 0 && byMoment(entry, items.at(-1)!) < 0) ??
      (result.at(-1)?.nextCursor === null ? result.at(-1) : undefined);
    if (page) page.items = [...page.items, entry].toSorted(byMoment);
  }
  return result;
};

/** Tasks know in their own entry that they were done, as soon as both entries are read. */
export const withTasksDone = (entries: readonly Entry[]): readonly Entry[] => {
  const tasks = entries.filter(({ type }) => type === 'task' || type.startsWith('task-'));
  if (tasks.length === 0) return entries;
  const done = new Map(tasks.flatMap(({ type, task }) => (type === 'task-completed' && task ? [[task.id, task.done]] : [])));
  const named = new Map(tasks.flatMap(({ type, task }) => (type === 'task' && task ? [[task.id, task]] : [])));
  return entries.map((entry) => {
    const { type, task } = entry;
    if (type === 'task' && task && done.has(task.id)) return { ...entry, task: { ...task, done: done.get(task.id) } };
    if (type.startsWith('task-') && task) return { ...entry, task: { ...named.get(task.id), ...task } };
    return entry;
  });
}; // prettier-ignore
