import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { namelessControls, pageFrame } from "./accessibility.ts";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";

setDefaultTimeout(60_000);

const TITLE = "the sandbox's “Log in with Telegram” in a browser";

const describePage = () => {
  let kiosk: KioskInBrowser;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
  });
  afterAll(() => kiosk?.close());

  test("auth-17: leads a person from the shop to its page and back, and the page gets the tokens", async () => {
    const { page, problems } = await kiosk.open();
    await page.goto(`${kiosk.url}/v1/auth/telegram/oidc/start`);
    expect(await pageFrame(page)).toMatchObject({ language: "en", hasTitle: true, mains: 1, headings: 1 });
    expect(await namelessControls(page)).toEqual([]);
    await page.getByLabel("First name").fill("Ada");
    await page.getByLabel("Phone", { exact: true }).fill("+1 555 017 0001");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/#signInCode=/);
    const user = await page.evaluate(async () => {
      const code = new URLSearchParams(location.hash.slice(1)).get("signInCode");
      const answer = await fetch("/v1/auth/telegram/oidc/exchange", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code }),
        credentials: "include",
      });
      return ((await answer.json()) as { user?: { name: string; phone: string } }).user;
    });
    expect(user).toMatchObject({ name: "Ada", phone: "+15550170001" });
    expect(problems).toEqual([]);
  });

  test("auth-17: a no comes back as one", async () => {
    const { page } = await kiosk.open();
    await page.goto(`${kiosk.url}/v1/auth/telegram/oidc/start`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForURL(/#signInError=denied$/);
  });
};

if (hasChromium(TITLE)) describe(TITLE, describePage);
