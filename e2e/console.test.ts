import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";
import { testCatalogue } from "./console/catalogue.ts";
import { type ConsoleWindow, openConsoleWindow } from "./console/console-window.ts";
import { testEveryConsolePage } from "./console/every-page.ts";
import { testOrders } from "./console/orders.ts";
import { testPeople } from "./console/people.ts";
import { testStock } from "./console/stock.ts";
import { testWebhooks } from "./console/webhooks.ts";

setDefaultTimeout(120_000);

/** One Kiosk and one browser for all of them; each test has products and people of its own. */
const describeConsole = () => {
  let kiosk: KioskInBrowser;
  let opened: ConsoleWindow;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
    opened = await openConsoleWindow(kiosk);
  });
  afterAll(() => kiosk?.close());

  const parts = [testStock, testOrders, testCatalogue, testPeople, testWebhooks, testEveryConsolePage];
  for (const testPart of parts) testPart(() => opened);
};

const title = "the console in a browser";
if (hasChromium(title)) describe(title, describeConsole);
