import { describe, expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);

/** Transactions fail so often, from the moment on that it is told to. */
const failingDatabase = () => {
  let failures = 0;
  return {
    fail(times: number) {
      failures = times;
    },
    over: (database: Database): Database => ({
      ...database,
      async transaction(work) {
        if (failures > 0) {
          failures -= 1;
          throw unavailable("The database is away.");
        }
        return database.transaction(work);
      },
    }),
  };
};

describe("when the database goes away while a message is being sent", () => {
  test("what came of it is recorded as soon as the database is back", async () => {
    const failing = failingDatabase();
    const shop = await open({ databaseOver: failing.over });
    await shop.known(shop.buyer);
    await shop.people.fault({ method: "sendMessage", phase: "before", status: 429, retryAfter: 1 });
    await shop.confirmed(orderOf(shop.buyer), "pending");
    // From here on only outcomes of sends are written: the event has been handled.
    await waitFor(async () => (await shop.list())[0]?.attempts === 1);
    failing.fail(2);
    expect((await shop.settled(1))[0]).toMatchObject({ state: "sent", attempts: 2 });
    expect(shop.inbox()).toHaveLength(1);
  });
});

test("a claim that is taken back is sent like any other, once", async () => {
  const shop = await open();
  await shop.known(shop.buyer);
  await shop.notify.stop();
  const claimId = newId();
  await shop.database.db.execute(`
    insert into delivery (id, dedupe_key, class, user_id, notice, state, attempts, claim_id, next_at, send_deadline, expires_at, created_at, updated_at)
    values ('${newId()}', 'one', 'transactional', '${shop.buyer.id}', '{"template":"stock-low","sku":"MUG","available":1,"threshold":5}',
      'sending', 1, '${claimId}', now(), now() + interval '1 minute', now() + interval '1 hour', now(), now())`);
  await createDeliveryStore(shop.database.db).unclaim(claimId);
  const next = shop.make();
  await next.start();
  const items = await shop.settled(1);
  await next.stop();
  expect(items[0]).toMatchObject({ state: "sent", attempts: 1 });
  expect(shop.inbox()).toHaveLength(1);
});
