import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { sharedTexts } from "../../web/shared/texts.ts";
import { en } from "../../web/shop/texts/en.ts";
import { tabTo } from "../accessibility.ts";
import { failuresIn, failuresOnline, fillAddress, type Storefront } from "./storefront.ts";

const inArabic = async ({ kiosk }: Storefront): Promise<void> => {
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
};

const byKeyboard = async ({ kiosk, shop }: Storefront): Promise<void> => {
  const name = "Keyed xylophone";
  await shop.sell("SF-KEYS", name, 5);
  const { page } = await kiosk.open();
  await page.goto(`${kiosk.url}/?q=xylophone`);
  await page.locator(".product-card").getByText(name).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("main:focus").waitFor();
  await tabTo(page, name);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name }).and(page.locator(":focus")).waitFor();
  await page.getByRole("button", { name: "Add to cart" }).waitFor();
  await tabTo(page, "Add to cart");
  await page.keyboard.press("Enter");
  await page.getByText("1 in your cart", { exact: true }).waitFor();
};

/** Plays Telegram around a page: what the page says to it is kept, and what it says can be said. */
const playTelegram = async (page: Page) => {
  // What Telegram's apps put into the page.
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
  return { said, press };
};

const withinTelegram = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-MINI", "Tiny thing", 4);
  const { page, problems } = await kiosk.open();
  const { said, press } = await playTelegram(page);
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
  await page.getByRole("button", { name: "Account", exact: true }).waitFor();
  expect(page.url()).not.toContain("tgWebAppData");
  for (const event of ["web_app_ready", "web_app_expand", 'web_app_setup_back_button {"is_visible":true}'])
    await said(event);
  expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(35, 46, 60)");

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
};

const offline = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-OFF", "Offline thing", 5);
  const { page, problems } = await shop.openAs(await shop.customer("Ole", "+12025550179"));
  const setOffline = (isOffline: boolean) => page.context().setOffline(isOffline);
  await page.goto(`${kiosk.url}/p/SF-OFF`);
  await page.getByText(en.product.live).waitFor();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByText("1 in your cart", { exact: true }).waitFor();
  await setOffline(true);
  await page.getByRole("status").getByText(sharedTexts.en.offline).waitFor();
  await page.getByText(en.product.delayed).waitFor();
  // The cart's page was never loaded; neither was what it shows.
  await page.getByRole("link", { name: "Go to cart" }).click();
  await page.getByRole("heading", { name: sharedTexts.en.offlineTitle }).waitFor();
  await shop.asMerchant("PUT", "/v1/stock/SF-OFF", { onHand: 2, reason: "count" });
  await setOffline(false);
  await page.getByRole("button", { name: "To checkout" }).click();
  await fillAddress(page, "Ole Vik");

  await page.getByRole("button", { name: "Place order, $12.00" }).waitFor();
  await setOffline(true);
  await page.getByText(en.checkout.offline).waitFor();
  expect(await page.getByRole("button", { name: "Place order, $12.00" }).isDisabled()).toBe(true);
  await setOffline(false);
  await page.getByRole("button", { name: "Place order, $12.00" }).click();
  await page.getByRole("status").getByText("Confirmed").waitFor();
  expect(failuresOnline(problems)).toEqual([]);
};

/** What the storefront is looked at with: a small phone, a keyboard, Telegram, a network that is away. */
export const testSurroundings = (front: () => Storefront): void => {
  test("in Arabic everything goes from right to left, and the choice stays", () => inArabic(front()));
  test("by keyboard alone: past the header, into a product, into the cart", () => byKeyboard(front()));
  test("within Telegram it is at home: signed in, in Telegram's colours, with Telegram's buttons", () =>
    withinTelegram(front()));
  test("offline it says so, does nothing behind one's back, and goes on by itself", () => offline(front()));
};
