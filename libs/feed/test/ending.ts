/** For specs: a consumer in a process of its own, which ends with it. */
import type { Consumer } from '../src/consumer.ts';
import type { Feed } from '../src/feed.ts';
import type { Following, FollowOptions } from '../src/follow.ts';

export const ending = (feed: Feed, consumer: Consumer, options: FollowOptions): Following =>
  Object.defineProperties({} as Following, {
    ...Object.getOwnPropertyDescriptors(feed.follow(consumer, options)),
    stop: { value: () => feed.close() },
  });
