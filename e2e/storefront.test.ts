import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";
import { openShopWindow, type ShopWindow } from "./shop-window.ts";
import { testAccount } from "./storefront/account.ts";
import { testBuying } from "./storefront/buying.ts";
import { testEveryPage } from "./storefront/every-page.ts";
import { testSurroundings } from "./storefront/surroundings.ts";

setDefaultTimeout(120_000);

/** One Kiosk and one browser for all of them; each test has products and people of its own. */
const describeShop = () => {
  let kiosk: KioskInBrowser;
  let shop: ShopWindow;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
    shop = await openShopWindow(kiosk);
  });
  afterAll(() => kiosk?.close());

  const front = () => ({ kiosk, shop });
  for (const testPart of [testBuying, testAccount, testSurroundings, testEveryPage]) testPart(front);
};

const title = "the storefront in a browser";
if (hasChromium(title)) describe(title, describeShop);
