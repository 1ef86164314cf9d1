import type { Page } from "playwright-core";
import type { KioskInBrowser } from "../browser.ts";
import type { ShopWindow } from "../shop-window.ts";

/** What the storefront's tests share: one Kiosk, one browser, and the people of the shop. */
export interface Storefront {
  readonly kiosk: KioskInBrowser;
  readonly shop: ShopWindow;
}

/** What went wrong in a page, but for answers that say "not now": it asks again by itself, and what the test waits for shows that it has. */
export const failuresIn = (problems: readonly string[]): readonly string[] =>
  problems.filter((problem) => !/the server responded with a status of (?:429|503) /.test(problem));

/** The same, and without what a browser says while it has no network. */
export const failuresOnline = (problems: readonly string[]): readonly string[] =>
  failuresIn(problems).filter((problem) => !/net::ERR_INTERNET_DISCONNECTED/.test(problem));

/** Fills in where an order goes, and goes on. */
export const fillAddress = async (page: Page, recipient: string): Promise<void> => {
  await page.getByLabel("Name of the recipient").fill(recipient);
  await page.getByLabel("Street and number").fill("Hafenstraße 12");
  await page.getByLabel("Postal code").fill("20359");
  await page.getByLabel("City").fill("Hamburg");
  await page.getByLabel("Country").selectOption("DE");
  await page.getByRole("button", { name: "Continue" }).click();
};
