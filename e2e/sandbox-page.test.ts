import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";
import { createBench } from "./sandbox-page/bench.ts";
import { testBesideTheShop } from "./sandbox-page/beside-the-shop.ts";
import { testGroupsAndMail } from "./sandbox-page/groups-and-mail.ts";
import { testOnePhone } from "./sandbox-page/one-phone.ts";

setDefaultTimeout(120_000);

const describePage = () => {
  let kiosk: KioskInBrowser;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
  });
  afterAll(() => kiosk?.close());

  const bench = createBench(() => kiosk);
  for (const testPart of [testOnePhone, testGroupsAndMail, testBesideTheShop]) testPart(bench);
};

const title = "the sandbox page in a browser";
if (hasChromium(title)) describe(title, describePage);
