import { expect } from "bun:test";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { signIn } from "../../tools/client/sign-in.ts";
import type { ChatShop } from "./chat-shop.ts";
import { type PersonInChat, personInChat } from "./person-in-chat.ts";

const levelSchema = z.object({ sku: z.string(), onHand: z.int(), version: z.int() });
const ledgerSchema = z.object({
  items: z.array(
    z.object({
      onHandDelta: z.int(),
      note: z.string().nullable(),
      reason: z.string().nullable(),
      actor: z.object({ kind: z.string(), id: z.string().nullable() }),
    }),
  ),
});

const SKU = "CHAT-STOCK";

/** An admin with stock of one SKU, their chat, and what inventory says of it. */
const merchantIn = async (shop: ChatShop) => {
  const { api, sandbox } = shop;
  const { accessToken: token, personId } = await signIn(api, sandbox, {
    ...{ firstName: "Mona", phone: shop.adminPhone },
  });
  const path = `/v1/stock/${SKU}`;
  const put = { method: "PUT", token, body: { onHand: 4, lowStockThreshold: 5 } } as const;
  await api.expect([200, 201], z.unknown(), path, put);
  return {
    ...personInChat(shop, personId),
    level: async () => (await api.expect(200, levelSchema, path, { token })).body,
    ledger: async () => (await api.expect(200, ledgerSchema, `${path}/movements`, { token })).body.items,
  };
};

/** A merchant looks stock up, books a delivery, undoes it, counts, asks why it is so, and sees the day: the ledger shows each act, by their name. */
export const merchantJourney = async (shop: ChatShop): Promise<PersonInChat> => {
  const mona = await merchantIn(shop);
  await mona.say("/lowstock");
  await mona.tap(/Low stock/, "⚠️ 4 · CHAT-STOCK");
  await mona.tap(/On hand: 4 /, "+10");
  await mona.sees(/On hand: 14 /, "↩️ Undo");
  await mona.sees(/CHAT-STOCK is back in stock/);
  await mona.tap(/On hand: 14 /, "↩️ Undo");
  await mona.sees(/On hand: 4 /);
  await waitFor(async () => (await mona.level()).onHand === 4, { what: "the undo" });
  await mona.sees(/CHAT-STOCK is running low: 4 left/);
  await mona.tap(/On hand: 4 /, "Set…");
  await mona.sees(/How many are on hand/);
  await mona.say("9");
  await mona.tap(/4 → 9/, "Yes, set to 9");
  await mona.sees(/On hand: 9 /);
  await mona.sees(/CHAT-STOCK is back in stock: 9/);
  const ledger = (await mona.ledger()).slice(0, 3);
  expect(ledger.map(({ onHandDelta, reason }) => [onHandDelta, reason])).toEqual([
    [5, "count"],
    [-10, "correction"],
    [10, "receipt"],
  ]);
  expect(ledger[1]?.note).toMatch(/^undo of movement \d+$/);
  expect(new Set(ledger.map(({ actor }) => `${actor.kind} ${actor.id}`)).size).toBe(1);
  await mona.say(`/why ${SKU}`);
  await mona.sees(/^🔎 CHAT-STOCK\n.*it adds up/s);
  await mona.say("/today");
  await mona.sees(/^Today, .*Low stock: \d+/s);
  return mona;
};
