import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { createKioskClient } from "../client/index.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { codeIn } from "../tools/client/sandbox-client.ts";
import type { SignedIn } from "../tools/client/sign-in.ts";
import { consolePages } from "../web/console/navigation.ts";
import { focused, namelessControls, pageFrame, tabTo } from "./accessibility.ts";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";
import { axeFindings, openShopWindow, type ShopWindow } from "./shop-window.ts";

setDefaultTimeout(120_000);

const orderSchema = z.object({ id: z.string(), number: z.string() });
const movedSchema = z.looseObject({ status: z.string() });
const stockSchema = z.looseObject({ onHand: z.int() });
const availableSchema = z.looseObject({ available: z.int() });
const productSchema = z.looseObject({ id: z.string(), name: z.string() });
const userSchema = z.looseObject({ id: z.string(), role: z.string() });

const describeConsole = () => {
  let kiosk: KioskInBrowser;
  let shop: ShopWindow;
  let admin: SignedIn;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
    shop = await openShopWindow(kiosk);
    admin = await shop.customer("Merle", SANDBOX_ADMIN_PHONE);
  });
  afterAll(() => kiosk?.close());

  const me = async ({ accessToken }: SignedIn) =>
    (await shop.expectAnswer(200, userSchema, "/v1/users/me", { token: accessToken })).body;

  /** The console in the browser of somebody who has signed in before. */
  const openConsole = async (who: SignedIn, path: string, options: BrowserContextOptions = {}) => {
    const watched = await kiosk.open(options);
    const { accessToken, refreshToken, expiresAtMs } = who;
    const session = JSON.stringify({ accessToken, refreshToken, expiresAtMs, user: await me(who) });
    await watched.page.addInitScript((kept) => localStorage.setItem("kiosk.session", kept), session);
    const elsewhere: string[] = [];
    watched.page.on("request", (request) => {
      if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(kiosk.url))
        elsewhere.push(request.url());
    });
    await watched.page.goto(`${kiosk.url}/admin${path}`);
    return { ...watched, elsewhere };
  };

  const onHand = async (sku: string): Promise<number> => {
    const call = { token: admin.accessToken };
    return (await shop.expectAnswer(200, stockSchema, `/v1/stock/${sku}`, call)).body.onHand;
  };

  /** What can be bought of a SKU, as somebody who is not signed in hears it. */
  const followStock = async (sku: string) => {
    const end = new AbortController();
    const heard: number[] = [];
    const connected = Promise.withResolvers<void>();
    const following = createKioskClient({ baseUrl: kiosk.url }).follow(
      "/v1/stock/stream",
      { sku },
      {
        signal: end.signal,
        onState: (isConnected) => isConnected && connected.resolve(),
        onMessage: ({ data }) => heard.push(availableSchema.parse(data).available),
      },
    );
    await Promise.race([connected.promise, following]);
    return { heard, stop: () => end.abort() };
  };

  const live = (page: Page) => page.getByText("Live", { exact: true }).waitFor();

  test("a unit that is counted moves in another window, and is taken back", async () => {
    await shop.sell("CO-VASE", "Console vase", 7);
    const counting = await openConsole(admin, "/stock");
    const watching = await openConsole(admin, "/stock");
    const seen = watching.page.getByTestId("available-CO-VASE");
    const buyers = await followStock("CO-VASE");
    await live(counting.page);
    await live(watching.page);
    await seen.getByText("7", { exact: true }).waitFor();

    await counting.page.getByRole("button", { name: "+1 CO-VASE" }).click();
    await seen.getByText("8", { exact: true }).waitFor();
    expect(await onHand("CO-VASE")).toBe(8);

    await counting.page.getByRole("button", { name: "Undo" }).click();
    await seen.getByText("7", { exact: true }).waitFor();
    expect(await onHand("CO-VASE")).toBe(7);
    await waitFor(() => buyers.heard.join() === "8,7", { what: "the buyers' stream" });
    buyers.stop();

    await counting.page.getByRole("button", { name: "Adjust CO-VASE" }).click();
    const ledger = counting.page.getByRole("dialog");
    await ledger.getByText("Undone in the console").waitFor();
    await ledger.getByLabel("Units to add").fill("-3");
    await ledger.getByLabel("Reason").selectOption("damage");
    await ledger.getByRole("button", { name: "Adjust", exact: true }).click();
    await seen.getByText("4", { exact: true }).waitFor();
    expect([counting.problems, watching.problems]).toEqual([[], []]);
    expect([...counting.elsewhere, ...watching.elsewhere]).toEqual([]);
  });

  test("what the shop refuses is taken back on the screen", async () => {
    await shop.sell("CO-LAST", "Console last", 2);
    const { page } = await openConsole(admin, "/stock", { bypassCSP: true });
    await page.getByRole("button", { name: "Adjust CO-LAST" }).click();
    await page
      .getByRole("dialog")
      .getByText("Received", { exact: false })
      .or(page.getByRole("dialog").getByText("Corrected"))
      .first()
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("Units to add").fill("-5");
    await page.getByRole("dialog").getByRole("button", { name: "Adjust", exact: true }).click();
    await page
      .getByRole("status")
      .getByText(/available/i)
      .waitFor();
    await page.getByTestId("available-CO-LAST").getByText("2", { exact: true }).waitFor();
    expect(await onHand("CO-LAST")).toBe(2);
  });

  test("an order that is packed on the board is packed for its buyer, and its timeline says so", async () => {
    await shop.sell("CO-MUG", "Console mug", 5);
    const buyer = await shop.customer("Bea", "+12025550171");
    const { page, problems, elsewhere } = await openConsole(admin, "/orders");
    await live(page);
    const { body: order } = await shop.expectAnswer([201, 202], orderSchema, "/v1/orders", {
      ...{ method: "POST", token: buyer.accessToken, body: { lines: [{ sku: "CO-MUG", quantity: 1 }] } },
      headers: { "idempotency-key": crypto.randomUUID() },
    });

    await page.getByRole("button", { name: `Pack ${order.number}` }).click();
    await page.getByRole("button", { name: `Ship ${order.number}` }).waitFor();
    const read = () =>
      shop.expectAnswer(200, movedSchema, `/v1/orders/${order.id}`, { token: buyer.accessToken });
    expect((await read()).body.status).toBe("packed");

    await page.getByRole("button", { name: `Open ${order.number}` }).click();
    await page
      .getByRole("dialog")
      .getByRole("region", { name: "What has happened" })
      .getByText(/packed/i)
      .first()
      .waitFor();
    await page.getByRole("dialog").getByText("Console mug").waitFor();
    expect([problems, elsewhere]).toEqual([[], []]);
  });

  test("two who edit one product see each other's work, and nothing is lost unseen", async () => {
    await shop.sell("CO-BOWL", "Console bowl", 5);
    const { page } = await openConsole(admin, "/products");
    await page.getByRole("searchbox").fill("Console bowl");
    await page.getByRole("button", { name: "Edit Console bowl" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Price").fill("14.50");
    const { body: bowl } = await shop.expectAnswer(200, productSchema, "/v1/products/CO-BOWL");
    await shop.asMerchant("PATCH", `/v1/products/${bowl.id}`, { name: "Salad bowl" });
    await form.getByRole("button", { name: "Save", exact: true }).click();
    await form.getByText("Changed meanwhile").waitFor();
    await form.getByRole("cell", { name: "Salad bowl" }).waitFor();
    await form.getByRole("button", { name: "Take what is saved" }).click();
    await form.getByLabel("Price").fill("14.50");
    await form.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Salad bowl is saved.").waitFor();
  });

  test("a file is looked at before it is imported, with its mistakes by line", async () => {
    const { page, problems } = await openConsole(admin, "/imports", { bypassCSP: true });
    const csv = "sku,name,price,currency\nCO-CSV-1,Imported one,5.00,USD\nCO-CSV-2,Imported two,much,USD\n";
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "products.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Nothing is changed yet").waitFor();
    await page.getByRole("row", { name: /^3 / }).waitFor();
    await page.getByRole("row", { name: /CO-CSV-1/ }).waitFor();
    expect((await shop.api.send("/v1/products/CO-CSV-1")).status).toBe(404);
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByText("Imported", { exact: true }).waitFor();
    const call = { token: admin.accessToken };
    const { body } = await shop.expectAnswer(200, productSchema, "/v1/products/CO-CSV-1", call);
    expect(body.name).toBe("Imported one");
    expect(problems).toEqual([]);
  });

  test("a role is given with a fresh code, and who has none sees nothing", async () => {
    const stranger = await kiosk.open();
    await stranger.page.goto(`${kiosk.url}/admin/stock`);
    await stranger.page.getByLabel("Your phone number").waitFor();
    expect(await stranger.page.getByRole("table").count()).toBe(0);

    const nora = await shop.customer("Nora Console", "+12025550172");
    const customer = await openConsole(nora, "/stock");
    await customer.page.getByText("You may not see this page").waitFor();
    expect(await pageFrame(customer.page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });
    expect(await customer.page.getByRole("table").count()).toBe(0);

    const { page } = await openConsole(admin, "/customers");
    const after = await shop.sandbox.lastMessageId(admin.personId);
    await page.getByLabel("Role of Nora Console").selectOption("staff");
    const dialog = page.getByRole("dialog", { name: "A fresh code, please" });
    await dialog.waitFor();
    const brought = await shop.sandbox.waitForMessage(
      admin.personId,
      after,
      (message) => codeIn(message) !== null,
      "a fresh code",
    );
    await dialog.getByRole("textbox", { name: "Code" }).fill(codeIn(brought) ?? "");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Nora Console: Staff.").waitFor();

    const staff = await shop.customer("Nora Console", "+12025550172");
    const hers = await openConsole(staff, "/customers");
    await hers.page.getByText("Only admins see this page.").waitFor();
    expect(await hers.page.getByRole("link", { name: "Customers" }).count()).toBe(0);
    await hers.page.getByRole("link", { name: "Stock" }).click();
    await hers.page.getByRole("table").waitFor();
  });

  test("by keyboard alone: pages, search and the keys' own list", async () => {
    await shop.sell("CO-KEYS", "Console keys", 9);
    const { page } = await openConsole(admin, "");
    await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.getByRole("heading", { level: 1, name: "Stock" }).waitFor();
    await waitFor(async () => (await focused(page)) === "Stock", { what: "the focus on the heading" });
    await page.keyboard.press("/");
    await page.keyboard.type("CO-KEYS");
    const table = page.getByRole("table");
    await waitFor(async () => (await table.getByRole("row").count()) === 2, {
      what: "what was searched for",
    });
    await tabTo(page, "+1 CO-KEYS");
    await page.keyboard.press("Enter");
    await page.getByTestId("available-CO-KEYS").getByText("10", { exact: true }).waitFor();
  });

  test("a category is moved by Alt and the arrow keys", async () => {
    for (const name of ["Console A", "Console B"]) await shop.asMerchant("POST", "/v1/categories", { name });
    const { page } = await openConsole(admin, "/categories");
    await page.getByRole("button", { name: "Rename Console B" }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByText("Console B is moved.").waitFor();
    const order = async () =>
      (await page.getByRole("listitem").allTextContents()).flatMap((text) => /Console [AB]/.exec(text) ?? []);
    await waitFor(async () => (await order()).join() === "Console B,Console A", { what: "the new order" });
  });

  for (const colorScheme of ["light", "dark"] as const)
    test(`every page is accessible in ${colorScheme}, and asks nobody else for anything`, async () => {
      const { page, problems, elsewhere } = await openConsole(admin, "", { colorScheme, bypassCSP: true });
      for (const { path } of consolePages) {
        await page.goto(`${kiosk.url}/admin${path === "/" ? "" : path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect([path, await page.getByText("There is no such page").count()]).toEqual([path, 0]);
        await waitFor(async () => (await page.getByRole("status", { name: "Loading" }).count()) === 0, {
          what: `${path} to be read`,
        });
        expect([path, await axeFindings(page)]).toEqual([path, []]);
        expect([path, await namelessControls(page)]).toEqual([path, []]);
      }
      expect([problems, elsewhere]).toEqual([[], []]);
    });

  test("in Arabic the console reads from right to left", async () => {
    const { page } = await openConsole(admin, "/orders");
    await page.getByLabel("Language").selectOption("ar");
    await page.getByRole("heading", { level: 1, name: "الطلبات" }).waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
  });
};

const title = "the console in a browser";
if (hasChromium(title)) describe(title, describeConsole);
