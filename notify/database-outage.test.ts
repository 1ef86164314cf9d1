import { describe, expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createDeliveryStore } from "./store/delivery-store.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);

/** Statements fail so often, from the moment on that it is told to. */
const failingDatabase = () => {
  let failures = 0;
  return {
    fail(times: number) {
      failures = times;
    },
    get isBack() {
      return failures === 0;
    },
    over: (database: Database): Database => ({
      ...database,
      db: new Proxy(database.db, {
        get(db, name, receiver) {
          if (failures > 0) {
            failures -= 1;
            throw unavailable("The database is away.");
          }
          return Reflect.get(db, name, receiver);
        },
      }),
    }),
  };
};

describe("when the database goes away while a message is being sent", () => {
  test("what came of it is recorded as soon as the database is back", async () => {
    const failing = failingDatabase();
    let isOrdering = false;
    const shop = await open({
      databaseOver: failing.over,
      // The next that is asked of the database is to record this send.
      onTelegramAnswer: (url) => {
        if (isOrdering && url.endsWith("/sendMessage")) failing.fail(3);
      },
    });
    await shop.known(shop.buyer);
    isOrdering = true;
    await shop.confirmed(orderOf(shop.buyer), "pending");
    await waitFor(() => shop.inbox().length === 1 && failing.isBack, { what: "the end of the outage" });
    expect((await shop.settled(1))[0]).toMatchObject({ state: "sent", attempts: 1 });
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
  await createDeliveryStore(shop.database.db).unclaim(claimId, new Date());
  const next = shop.make();
  await next.start();
  const items = await shop.settled(1);
  await next.stop();
  expect(items[0]).toMatchObject({ state: "sent", attempts: 1 });
  expect(shop.inbox()).toHaveLength(1);
});
