import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { z } from "zod";
import { namelessControls, pageFrame, tabTo } from "./accessibility.ts";
import { hasChromium, type KioskInBrowser, openKioskInBrowser } from "./browser.ts";
import { axeFindings, openShopWindow, type ShopWindow } from "./shop-window.ts";

setDefaultTimeout(120_000);

/** Of all that the first page needs before anything is clicked, as it goes over the network. */
const FIRST_LOAD_MAX_BYTES = 200_000;

const orderSchema = z.object({ id: z.string(), number: z.string() });

/** What went wrong in a page, but for answers that say "not now": it asks again by itself, and what the test waits for shows that it has. */
const failuresIn = (problems: readonly string[]): readonly string[] =>
  problems.filter((problem) => !/the server responded with a status of (?:429|503) /.test(problem));

const describeShop = () => {
  let kiosk: KioskInBrowser;
  let shop: ShopWindow;
  beforeAll(async () => {
    kiosk = await openKioskInBrowser();
    shop = await openShopWindow(kiosk);
  });
  afterAll(() => kiosk?.close());

  const orderOf = async (token: string, sku: string) => {
    const { body } = await shop.expectAnswer([201, 202], orderSchema, "/v1/orders", {
      method: "POST",
      body: { lines: [{ sku, quantity: 1 }] },
      token,
      headers: { "idempotency-key": crypto.randomUUID() },
    });
    return body;
  };

  /** Keeps the addresses that a page asks for anywhere else. */
  const watchOrigin = (page: Page): readonly string[] => {
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(kiosk.url) && !request.url().startsWith("data:"))
        elsewhere.push(request.url());
    });
    return elsewhere;
  };

  const fillAddress = async (page: Page, recipient: string) => {
    await page.getByLabel("Name of the recipient").fill(recipient);
    await page.getByLabel("Street and number").fill("Hafenstraße 12");
    await page.getByLabel("Postal code").fill("20359");
    await page.getByLabel("City").fill("Hamburg");
    await page.getByLabel("Country").selectOption("DE");
    await page.getByRole("button", { name: "Continue" }).click();
  };

  test("a newcomer finds a thing, signs in, orders it and sees it move", async () => {
    await shop.sell("SF-LAMP", "Lighthouse lamp", 20);
    const { page, problems } = await kiosk.open();
    const elsewhere = watchOrigin(page);
    await page.goto(kiosk.url);
    expect(await pageFrame(page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });
    await page.getByText("the code arrives in the sandbox").waitFor();
    await page.getByRole("searchbox", { name: "Search the shop" }).fill("lighthose lamp");
    await page.getByRole("link", { name: "Lighthouse lamp" }).click();
    await page
      .getByRole("heading", { level: 1, name: "Lighthouse lamp" })
      .and(page.locator(":focus"))
      .waitFor();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.getByText("1 in your cart", { exact: true }).waitFor();

    await page.reload();
    await page.getByRole("link", { name: "Go to cart" }).click();
    await page.getByRole("button", { name: "To checkout" }).click();
    await page.getByText("Sign in to order. Your cart stays as it is.").waitFor();
    await shop.signInPage(page, "Nora", "+12025550171");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Please fill this in.").first().waitFor();
    await page.getByLabel("Street and number").and(page.locator(":focus")).waitFor();
    await fillAddress(page, "Nora Lind");
    await page.getByText("Hafenstraße 12").waitFor();
    await page.getByRole("button", { name: "Place order, $12.00" }).click();
    await page.waitForURL("**/orders/*");
    await page.getByRole("status").getByText("Confirmed").waitFor();
    expect(await page.getByRole("link", { name: "Cart, 0 things" }).count()).toBe(1);

    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await shop.asMerchant("PATCH", `/v1/orders/${id}/status`, { status: "packed" });
    await page.getByRole("status").getByText("Packed").waitFor();
    await page.getByRole("region", { name: "What happened" }).getByText("Packed").waitFor();
    expect(await namelessControls(page)).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(failuresIn(problems)).toEqual([]);
  });

  test("the last one, bought elsewhere, turns the button off", async () => {
    await shop.sell("SF-LAST", "Last of its kind", 1);
    const { page, problems } = await kiosk.open();
    await page.goto(`${kiosk.url}/p/SF-LAST`);
    await page.getByText("1 left").waitFor();
    await page.getByText(/^Live/).waitFor();
    const { accessToken } = await shop.customer("Otto", "+12025550172");
    await orderOf(accessToken, "SF-LAST");
    await page.getByText("The last one has just been sold.").waitFor();
    expect(await page.getByRole("button", { name: "Sold out" }).isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Add to cart" }).count()).toBe(0);
    await page.getByRole("link", { name: "Sign in, and we tell you" }).waitFor();
    expect(failuresIn(problems)).toEqual([]);
  });

  test("whoever wants more than there is takes what is there, and is told when there is more", async () => {
    await shop.sell("SF-FEW", "Rare bowl", 3);
    const { page } = await kiosk.open();
    await page.goto(`${kiosk.url}/p/SF-FEW`);
    await page.getByRole("button", { name: "One more: Rare bowl" }).click();
    await page.getByRole("button", { name: "Add to cart" }).click();
    await page.goto(`${kiosk.url}/checkout`);
    await shop.signInPage(page, "Pia", "+12025550173");
    await fillAddress(page, "Pia Berg");
    const { accessToken } = await shop.customer("Otto", "+12025550172");
    await page.getByRole("button", { name: "Place order, $24.00" }).waitFor();
    await orderOf(accessToken, "SF-FEW");
    await orderOf(accessToken, "SF-FEW");
    await page.getByRole("button", { name: "Place order, $24.00" }).click();
    await page.getByText("Rare bowl: 1 of 2").waitFor();
    await page.getByRole("button", { name: "Take what is there" }).click();
    await page.getByRole("button", { name: "Place order, $12.00" }).click();
    await page.getByRole("status").getByText("Confirmed").waitFor();

    await page.goto(`${kiosk.url}/p/SF-FEW`);
    await page.getByRole("button", { name: "Tell me when it is back" }).click();
    await page.getByText("We tell you in Telegram when it is back.").waitFor();
    await page.goto(`${kiosk.url}/waiting`);
    await page.getByRole("link", { name: "Rare bowl" }).waitFor();
    await page.getByRole("button", { name: "Stop waiting for Rare bowl" }).click();
    await page.getByText("You wait for nothing").waitFor();
  });

  test("an order is cancelled and put into the cart again", async () => {
    await shop.sell("SF-CUP", "Tin cup", 5);
    const { page, problems } = await kiosk.open();
    await page.goto(`${kiosk.url}/sign-in?to=/orders`);
    await shop.signInPage(page, "Quirin", "+12025550174");
    await page.getByText("No orders yet").waitFor();
    const { accessToken } = await shop.customer("Quirin", "+12025550174");
    const { number } = await orderOf(accessToken, "SF-CUP");
    await page.getByRole("link", { name: `Order ${number}` }).click();
    await page.getByRole("button", { name: "Cancel the order" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the order" }).click();
    await page.getByRole("status").getByText("Cancelled").waitFor();
    await page.getByRole("button", { name: "Put it into the cart again" }).click();
    await page.getByRole("link", { name: "Tin cup" }).waitFor();
    expect(failuresIn(problems)).toEqual([]);
  });

  test("a session is ended from another device, and the page there notices", async () => {
    const { page } = await kiosk.open();
    await page.goto(`${kiosk.url}/sign-in?to=/profile`);
    await shop.signInPage(page, "Rosa", "+12025550175");
    const other = await kiosk.open();
    await other.page.goto(`${kiosk.url}/sign-in?to=/orders`);
    await shop.signInPage(other.page, "Rosa", "+12025550175");
    await other.page.getByText("No orders yet").waitFor();
    await page.reload();
    await page
      .getByRole("button", { name: /^Sign out there/ })
      .first()
      .click();
    await page.getByRole("button", { name: /^Sign out there/ }).waitFor({ state: "detached" });
    await other.page.getByText("Sign in to see your orders.").waitFor();

    await page.getByLabel("Name", { exact: true }).fill("Rosa Winter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("switch", { name: "Offers", exact: true }).check({ force: true });
    await page.reload();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Rosa Winter");
    await page.getByRole("switch", { name: "Offers", exact: true, checked: true }).waitFor();
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("button", { name: "Delete it for good" }).click();
    await page.getByText("Your account is deleted. Goodbye!").waitFor();
  });

  test("in Arabic everything goes from right to left, and the choice stays", async () => {
    const { page, problems } = await kiosk.open({ locale: "ar-EG", viewport: { width: 320, height: 640 } });
    await page.goto(kiosk.url);
    await page.getByRole("searchbox", { name: "ابحث في المتجر" }).waitFor();
    await page.locator(".product-card").first().waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    // Nothing is wider than the smallest phone (WCAG 2.2, 1.4.10).
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.getByRole("button", { name: "English" }).click();
    await page.reload();
    await page.getByRole("searchbox", { name: "Search the shop" }).waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("ltr");
    expect(failuresIn(problems)).toEqual([]);
  });

  test("by keyboard alone: past the header, into a product, into the cart", async () => {
    const { page } = await kiosk.open();
    await page.goto(kiosk.url);
    await page.locator(".product-card").first().waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("main:focus").waitFor();
    const name = (await page.locator(".product-link").first().textContent()) ?? "";
    await tabTo(page, name);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).and(page.locator(":focus")).waitFor();
    await page.getByRole("button", { name: "Add to cart" }).waitFor();
    await tabTo(page, "Add to cart");
    await page.keyboard.press("Enter");
    await page.getByText("1 in your cart", { exact: true }).waitFor();
  });

  test("within Telegram it is at home: signed in, in Telegram's colours, with Telegram's buttons", async () => {
    await shop.sell("SF-MINI", "Tiny thing", 4);
    const { page, problems } = await kiosk.open();
    // What Telegram's apps put into the page: it keeps what the page says.
    await page.addInitScript(() => {
      const posted: string[] = [];
      const postEvent = (type: string, data: string) => posted.push(`${type} ${data}`);
      Object.assign(window, { posted, TelegramWebviewProxy: { postEvent } });
    });
    const said = (start: string) =>
      page.waitForFunction(
        (wanted) =>
          (window as unknown as { posted: string[] }).posted.some((event) => event.startsWith(wanted)),
        start,
      );
    const press = (event: string) =>
      page.evaluate((type) => {
        const host = window as unknown as { Telegram: { WebView: { receiveEvent(type: string): void } } };
        host.Telegram.WebView.receiveEvent(type);
      }, event);
    const tgWebAppData = await shop.sandbox.initData(await shop.sandbox.person("Mina", "+12025550178"));
    const tgWebAppThemeParams = JSON.stringify({ bg_color: "#17212b", secondary_bg_color: "#232e3c" });
    const launch = {
      tgWebAppData,
      tgWebAppThemeParams,
      tgWebAppStartParam: "p_SF-MINI",
      tgWebAppVersion: "9.1",
    };
    await page.goto(`${kiosk.url}/#${new URLSearchParams(launch)}`);
    await page.getByRole("heading", { level: 1, name: "Tiny thing" }).waitFor();
    await page.getByRole("button", { name: "Account" }).waitFor();
    expect(page.url()).not.toContain("tgWebAppData");
    for (const event of ["web_app_ready", "web_app_expand", 'web_app_setup_back_button {"is_visible":true}'])
      await said(event);
    expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(35, 46, 60)",
    );

    await page.getByRole("button", { name: "Add to cart" }).click();
    await said('web_app_setup_closing_behavior {"need_confirmation":true}');
    await page.getByRole("link", { name: "Go to cart" }).click();
    await said('web_app_setup_main_button {"is_visible":true,"text":"To checkout","is_active":true');
    await press("main_button_pressed");
    await page.getByRole("heading", { level: 1, name: "Where to, and how to pay" }).waitFor();
    await press("back_button_pressed");
    await page.getByRole("heading", { level: 1, name: "Your cart" }).waitFor();
    await page.reload();
    await said("web_app_ready");
    expect(failuresIn(problems)).toEqual([]);
  });

  for (const colorScheme of ["light", "dark"] as const)
    test(`no page breaks a rule of WCAG 2.2 AA that a program can see, in ${colorScheme} colours`, async () => {
      await shop.sell(`SF-NONE-${colorScheme}`, "Sold out thing", 0);
      const { page } = await kiosk.open({ colorScheme, bypassCSP: true, reducedMotion: "reduce" });
      const found: string[] = [];
      const look = async (path: string, until: string) => {
        await page.goto(`${kiosk.url}${path}`);
        await page.getByText(until).first().waitFor();
        found.push(...(await axeFindings(page)).map((finding) => `${path} ${finding}`));
      };
      await look("/", "3 left");
      await look("/?q=zzzzqqqq", "Nothing fits");
      await look("/c/kitchen", "Kitchen");
      await look(`/p/SF-NONE-${colorScheme}`, "Sold out");
      await look("/p/nothing-of-this-name", "Nothing is here");
      await look("/p/one-stem-vase", "Add to cart");
      await page.getByRole("button", { name: "Add to cart" }).click();
      await look("/cart", "To checkout");
      await look("/checkout", "Sign in to order");
      await shop.signInPage(page, "Sven", colorScheme === "light" ? "+12025550176" : "+12025550177");
      for (const [path, until] of [
        ["/checkout", "Street and number"],
        ["/orders", "No orders yet"],
        ["/waiting", "You wait for nothing"],
        ["/profile", "Where you are signed in"],
      ] as const)
        await look(path, until);
      expect(found).toEqual([]);
    });

  test("what comes first is small, and comes from here", async () => {
    const { page, problems } = await kiosk.open();
    const elsewhere = watchOrigin(page);
    await page.goto(kiosk.url);
    await page.locator(".product-card").first().waitFor();
    const { bytes, paintMs } = await page.evaluate(() => {
      const entries = [
        ...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource"),
      ] as PerformanceResourceTiming[];
      const own = entries.filter(({ name }) => !/\/v1\/|\/sandbox/.test(name));
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return {
        bytes: own.reduce((sum, { transferSize }) => sum + transferSize, 0),
        paintMs: paint?.startTime ?? 0,
      };
    });
    console.info(
      `storefront: first load ${bytes} bytes compressed, first contentful paint ${Math.round(paintMs)} ms`,
    );
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_BYTES);
    expect(elsewhere).toEqual([]);
    expect(failuresIn(problems)).toEqual([]);
  });
};

const title = "the storefront in a browser";
if (hasChromium(title)) describe(title, describeShop);
