import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { namelessControls, pageFrame, tabTo } from "./accessibility.ts";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";

setDefaultTimeout(60_000);

const GOOD_FRAME = { language: "en", hasTitle: true, mains: 1, headings: 1 };

const describePages = () => {
  let kiosk: KioskInBrowser;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
  });
  afterAll(() => kiosk?.close());

  test("the storefront leads to the sandbox first, and to all that is behind the shop", async () => {
    const { page, problems } = await kiosk.open();
    await page.goto(kiosk.url);
    const hint = page.getByRole("complementary", { name: "This is a demo." });
    expect(await hint.getByRole("link").getAttribute("href")).toBe("/sandbox");
    await page.getByRole("contentinfo").getByRole("link", { name: "Sandbox" }).waitFor();
    expect(await pageFrame(page)).toEqual(GOOD_FRAME);
    expect(await namelessControls(page)).toEqual([]);
    const links = await page
      .getByRole("contentinfo")
      .getByRole("link")
      .evaluateAll((nodes) => nodes.map((node) => (node as HTMLAnchorElement).href));
    expect(links.map((link) => new URL(link).pathname)).toEqual(["/docs", "/sandbox", "/admin"]);
    for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
    await page.getByRole("contentinfo").getByRole("link", { name: "API" }).click();
    await page.waitForURL("**/docs");
    expect(problems).toEqual([]);
  });

  test("the API page follows the colour scheme, shows every service, and a route can be tried by keyboard", async () => {
    const { page, problems } = await kiosk.open({ colorScheme: "dark" });
    await page.goto(`${kiosk.url}/docs`);
    await page.locator("html.dark-mode .opblock").first().waitFor();
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator("html:not(.dark-mode)").waitFor();
    expect(await pageFrame(page)).toEqual(GOOD_FRAME);
    expect(await namelessControls(page)).toEqual([]);
    const sections = await page.locator(".opblock-tag").evaluateAll((nodes) => nodes.map(({ id }) => id));
    expect(sections.sort()).toEqual(
      ["auth", "catalog", "inventory", "notify", "operations", "orders"].map(
        (name) => `operations-tag-${name}`,
      ),
    );

    const route = page.locator(".opblock", { hasText: "/v1/products" }).first();
    await route.locator(".opblock-summary-control").focus();
    await page.keyboard.press("Enter");
    // It opens a moment later: to tab on before that leads past it.
    await route.getByRole("button", { name: "Try it out" }).waitFor();
    await tabTo(page, "Try it out");
    await page.keyboard.press("Enter");
    await route.getByRole("button", { name: "Execute" }).waitFor();
    await tabTo(page, "Execute");
    await page.keyboard.press("Enter");
    const answer = route.locator(".live-responses-table");
    await answer.waitFor();
    expect(await answer.locator("tbody .response-col_status").first().textContent()).toStartWith("200");
    expect(await namelessControls(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
};

const title = "the gateway's pages in a browser";
if (hasChromium(title)) describe(title, describePages);
