import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openStaff } from "./testing/open-staff.ts";

const open = closedAfterEach(openStaff);

interface Command {
  readonly command: string;
  readonly description: string;
}
interface BotView {
  readonly commandLists: readonly {
    readonly scope: { readonly type: string; readonly chatId?: number };
    readonly commands: readonly Command[];
  }[];
}

const STAFF_COMMANDS = ["admin", "stock", "lowstock", "today"];

describe("bot-1: commands of the shop's people", () => {
  test("bot-1: who is none of them gets the answer of a command that there is not", async () => {
    for (const account of [{ role: "customer" }, { status: "blocked" }] as const) {
      const shop = await open({ account });
      await shop.say("/nonsense");
      const { text: unknown } = await shop.hears(/free text/);
      for (const name of STAFF_COMMANDS) await shop.say(`/${name} MUG`);
      await shop.say("/help");
      await shop.hears(/Sign in: open/);
      // The hint comes once a minute, whatever was written.
      expect(shop.inbox().filter(({ text }) => text === unknown)).toHaveLength(1);
      expect(shop.inbox()).toHaveLength(3);
    }
  });

  test("bot-1: /admin is one screen, with buttons to the others and to the console", async () => {
    const shop = await open({
      account: { role: "staff" },
      environment: { SHOP_URL: "https://shop.example/" },
    });
    await shop.say("/admin");
    const { buttons, messageId } = await shop.hears(/for the shop's people/);
    expect(buttons.flat().map(({ label, url }) => url ?? label)).toEqual([
      ...["📈 Today", "⚠️ Low stock", "📦 Stock"],
      "https://shop.example/admin",
    ]);
    await shop.tap(messageId, { label: "📦 Stock" });
    await shop.becomes(messageId, /^📦 Stock\n/);
    expect(shop.labelsOf(messageId)).toEqual(["✅ 7 · Mug <blue>"]);
  });

  test("bot-8: /lowstock pages through what is low, ten at a time", async () => {
    const shop = await open();
    for (let n = 10; n < 35; n += 1) shop.inventory.stock(`LOW-${n}`, n % 3, { lowStockThreshold: 3 });
    await shop.say("/lowstock");
    const { messageId } = await shop.hears(/Low stock/);
    expect(shop.labelsOf(messageId)).toHaveLength(11);
    expect(shop.labelsOf(messageId)?.[0]).toBe("⚠️ 1 · LOW-10");
    await shop.tap(messageId, { label: "More ▶" });
    await shop.becomes(messageId, /page 2/);
    await shop.tap(messageId, { label: "More ▶" });
    await shop.becomes(messageId, /page 3/);
    expect(shop.labelsOf(messageId)).toHaveLength(6);
    await shop.tap(messageId, { label: "◀ Back" });
    await shop.becomes(messageId, /page 2/);
    // A page that is not there any more is the last that is.
    await shop.tap(messageId, { data: "kl:low:9999999999" });
    await shop.becomes(messageId, /page 3/);
    await shop.tap(messageId, { label: "⚠️ 1 · LOW-34" });
    await shop.hears(/LOW-34\n.*On hand: 1 /s);
  });

  test("bot-8: /stock finds by SKU, by a part of it, and by words of the product", async () => {
    const shop = await open();
    shop.inventory.stock("MUG-RED", 2);
    shop.inventory.stock("TEA", 9);
    await shop.say("/stock MUG");
    await shop.hears(/On hand: 7/);
    await shop.say("/stock  mug-");
    await shop.hears(/On hand: 2/);
    shop.shop.script.found = ["TEA", "NO-LEVEL", "MUG-RED"];
    await shop.say("/stock m\nu");
    const { messageId } = await shop.hears(/Stock for “m u”/);
    expect(shop.labelsOf(messageId)).toEqual(["✅ 9 · TEA", "⚠️ 2 · MUG-RED"]);
    shop.shop.script.found = [];
    await shop.say("/stock <b>nothing</b>");
    await shop.hears(/Nothing has a SKU or a name like “<b>nothing<\/b>”/);
  });

  test("bot-8: /today tells of the shop's day by its own clock", async () => {
    const shop = await open({ environment: { SHOP_TIMEZONE: "Pacific/Kiritimati" } });
    shop.inventory.stock("OUT", 0);
    shop.shop.script.summary = {
      count: 5,
      byStatus: { confirmed: 4, cancelled: 1 },
      revenue: [{ amountMinor: 12_345, currency: "EUR" }],
    };
    await shop.say("/today");
    const { text } = await shop.hears(/^Today, /);
    expect(text.split("\n").slice(1)).toEqual([
      "Orders: 5",
      "✅ Confirmed 4 · ✖️ Cancelled 1",
      "Revenue: €123.45",
      "Low stock: 1",
      "🚫 Sold out: OUT",
    ]);
    const asked = shop.shop.calls.find(({ path }) => path === "/v1/orders/summary");
    expect(asked?.query.get("from")).toMatch(/T10:00:00.000Z$/);
  });

  test("bot-14: in Arabic too", async () => {
    const shop = await open({ language: "ar" });
    await shop.known();
    await shop.say("/stock MUG");
    const { messageId } = await shop.hears(/في المخزن: 7/);
    await shop.tap(messageId, { label: "+5" });
    await shop.becomes(messageId, /في المخزن: 12/);
    await shop.say("/lowstock");
    await shop.hears(/لا شيء ناقص/);
    await shop.say("/today");
    await shop.hears(/لا طلبات بعد/);
  });
});

describe("bot-1: menus of the shop's people", () => {
  const menuOf = async (shop: Awaited<ReturnType<typeof open>>): Promise<readonly Command[] | undefined> => {
    const { commandLists } = (await shop.people.control("GET", "/bot")) as unknown as BotView;
    return commandLists.find(({ scope }) => scope.type === "chat" && scope.chatId === shop.person.id)
      ?.commands;
  };

  test("bot-1: come with the role, in the chat's language, and go with it", async () => {
    const shop = await open();
    await shop.known();
    const menu = await waitFor(() => menuOf(shop), { what: "the menu" });
    expect(menu.map(({ command }) => command).slice(0, 5)).toEqual([...STAFF_COMMANDS, "start"]);
    await shop.known({ version: 2, language: "ar" });
    const isArabic = async () => (await menuOf(shop))?.[0]?.description === "للعاملين في المتجر";
    await waitFor(isArabic, { what: "it in Arabic" });
    await shop.known({ version: 3, role: "customer" });
    await waitFor(async () => (await menuOf(shop)) === undefined, { what: "its end" });
  });

  test("bot-1: what Telegram does not take is tried again, and the next look after a restart finds it", async () => {
    const shop = await open();
    await shop.people.fault({ method: "setMyCommands", phase: "before", status: 500 });
    await shop.known();
    const failed = () =>
      shop.sandbox
        .outbox()
        .some(
          ({ method, status, params }) =>
            method === "setMyCommands" && status === 500 && params.scope !== undefined,
        );
    await waitFor(failed, { what: "the failure" });
    await shop.notify.stop();
    const again = shop.make();
    await again.start();
    try {
      await waitFor(() => menuOf(shop), { what: "the menu" });
    } finally {
      await again.stop();
    }
  });
});
