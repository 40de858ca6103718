import module from '@jest/test-sequencer';

// Its types speak of the module for `require`, where the class is one further in.
const Sequencer = /** @type {typeof import('@jest/test-sequencer').default} */ (/** @type {unknown} */ (module));

/**
 * The specs that take longest, the longest first. Jest goes by size where it does not know better, and a long one that
 * begins last keeps one processor busy while the others have nothing to do. Those that mostly wait stand apart from one
 * another: beside them something else is done.
 */
export const longest = [
  'tools/drill/fleet.spec.ts',
  'libs/feed/src/kafka/outage.spec.ts',
  'services/fleet/test/fleet.spec.ts',
  'services/standalone/test/start.spec.ts',
  'libs/testing/src/kafka/kafka.spec.ts',
  'services/standalone/test/import.spec.ts',
  'tools/drill/writeback.spec.ts',
  'services/console/test/look.spec.ts',
  'libs/feed/src/kafka/broker.spec.ts',
  'services/standalone/test/rebuild.spec.ts',
  'tools/drill/routing.spec.ts',
  'services/relay/src/main.spec.ts',
  'services/console/test/brief.spec.ts',
  'services/crm-writeback/src/crms/http.spec.ts',
  'services/crm-writeback/src/delivery/worker.spec.ts',
  'services/standalone/test/tenants.spec.ts',
  'services/console/test/queue.spec.ts',
  'services/crm-writeback/src/crms/customermates.spec.ts',
  'tools/drill/ledger.spec.ts',
  'services/timeline/src/then/then.spec.ts',
  'libs/feed/src/kafka/failover.spec.ts',
  'services/standalone/test/proof.spec.ts',
  'services/routing/src/router.spec.ts',
  'services/crm-writeback/src/crms/hubspot.spec.ts',
  'services/standalone/test/succession.apart.spec.ts',
  'libs/ledger/src/event-store-db.spec.ts',
  'services/console/test/long.spec.ts',
  'services/standalone/test/erased.spec.ts',
  'services/standalone/test/auth.spec.ts',
  'services/routing/src/matter/race.spec.ts',
  'services/standalone/test/event-store-db.spec.ts',
  'services/migrate/test/migrate.spec.ts',
  'services/standalone/test/apart.spec.ts',
  'services/standalone/test/erasure.spec.ts',
  'services/standalone/test/bad-input.spec.ts',
  'services/standalone/test/writeback.spec.ts',
];

/** In which order Jest runs the specs. */
export default class Order extends Sequencer {
  /**
   * @override
   * @param {import('@jest/test-result').Test[]} tests
   */
  async sort(tests) {
    const rank = (/** @type {{ path: string }} */ { path }) => longest.findIndex((one) => path.endsWith(`/${one}`));
    const first = tests.filter((test) => rank(test) >= 0).toSorted((a, b) => rank(a) - rank(b));
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's own order, which is no array's
    return [...first, ...(await super.sort(tests.filter((test) => rank(test) < 0)))];
  }
}
