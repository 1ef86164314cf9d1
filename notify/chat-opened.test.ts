import { expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);

test("auth-18: a chat that was closed is written to again once its person lets the bot write", async () => {
  const shop = await open();
  const { buyer } = shop;
  await shop.known(buyer);
  await shop.database.db.execute("update chat set state = 'blocked'");
  const opened = { userId: buyer.id, telegramUserId: buyer.telegramUserId ?? 0 };
  await shop.publish(envelopeOf("user.chat-opened", buyer.id, opened));
  const states = async () =>
    (await shop.database.db.execute<{ state: string }>("select state from chat")).rows;
  await waitFor(async () => (await states()).every(({ state }) => state === "active"));
  await shop.confirmed(orderOf(buyer), "pending");
  await shop.settled(1);
  expect(shop.inbox()).toHaveLength(1);
});
