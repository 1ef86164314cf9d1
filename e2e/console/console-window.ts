import type { BrowserContextOptions, Page } from "playwright-core";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { createKioskClient } from "../../client/index.ts";
import { codeIn } from "../../tools/client/sandbox-client.ts";
import type { SignedIn } from "../../tools/client/sign-in.ts";
import { foreignRequests, type KioskInBrowser } from "../browser.ts";
import { openShopWindow } from "../shop-window.ts";

const stockSchema = z.looseObject({ onHand: z.int() });
const availableSchema = z.looseObject({ available: z.int() });

/** Waits until a page of the console says that it is live. */
export const live = (page: Page) => page.getByText("Live", { exact: true }).waitFor();

/** What the console's tests share: one Kiosk, one browser, the people of the shop and its admin. */
export const openConsoleWindow = async (kiosk: KioskInBrowser) => {
  const shop = await openShopWindow(kiosk);
  const admin = await shop.customer("Merle", SANDBOX_ADMIN_PHONE);
  return {
    kiosk,
    shop,
    admin,
    /** The console in the browser of somebody who has signed in before. */
    async openConsole(who: SignedIn, path: string, options: BrowserContextOptions = {}) {
      const watched = await shop.openAs(who, options);
      const elsewhere = foreignRequests(watched.page, kiosk.url);
      await watched.page.goto(`${kiosk.url}/admin${path}`);
      return { ...watched, elsewhere };
    },
    async onHand(sku: string): Promise<number> {
      const call = { token: admin.accessToken };
      return (await shop.expectAnswer(200, stockSchema, `/v1/stock/${sku}`, call)).body.onHand;
    },
    /** What can be bought of a SKU, as somebody who is not signed in hears it. */
    async followStock(sku: string) {
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
    },
    /** Gives the code that the dialog asks for. `after` is the last message before it was asked for. */
    async giveFreshCode(page: Page, after: number): Promise<void> {
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
    },
  };
};

export type ConsoleWindow = Awaited<ReturnType<typeof openConsoleWindow>>;
