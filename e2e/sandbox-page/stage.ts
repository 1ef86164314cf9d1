import type { FrameLocator, Page } from "playwright-core";
import { axeFindings } from "../shop-window.ts";

/** The sandbox's page as somebody uses it: the phone and the browser of whoever is chosen, and the walk's steps. */
export const stageOf = (page: Page) => {
  const chat = page.frameLocator("iframe[title$='chat with the bot']");
  const browser = page.frameLocator("iframe[title$='browser']");
  return {
    chat,
    browser,
    /** The step to do next. */
    next: (title: string) => page.locator("li[data-state='next']").filter({ hasText: title }),
    be: (name: string) =>
      page.getByRole("navigation", { name: "People" }).getByRole("button", { name }).click(),
    async add(firstName: string, phone: string): Promise<void> {
      await page.getByRole("button", { name: "Add a person" }).click();
      await page.getByLabel("First name").fill(firstName);
      await page.getByLabel("Phone").fill(phone);
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByTitle(`${firstName}’s browser`).waitFor();
    },
  };
};

/** Puts a product of the demo catalogue into the cart, from the shop's first page. */
export const fillCart = async (browser: FrameLocator, product: string): Promise<void> => {
  await browser.getByRole("link", { name: product }).first().click();
  await browser.getByRole("button", { name: "Add to cart" }).click();
  await browser.getByText("1 in your cart", { exact: true }).waitFor();
};

/** Orders what is in the cart, by what there is to read. */
export const checkOut = async (browser: FrameLocator): Promise<void> => {
  await browser.getByRole("link", { name: "Go to cart" }).click();
  await browser.getByRole("button", { name: "To checkout" }).click();
  await browser.getByLabel("Name of the recipient").fill("Ada Lind");
  await browser.getByLabel("Street and number").fill("Hafenstraße 12");
  await browser.getByLabel("Postal code").fill("20359");
  await browser.getByLabel("City").fill("Hamburg");
  await browser.getByLabel("Country").selectOption("DE");
  await browser.getByRole("button", { name: "Continue" }).click();
  await browser.getByRole("button", { name: /^Place order/ }).click();
};

/** What axe-core finds in the page itself and in the phone within it. */
export const findingsOn = async (page: Page): Promise<string[]> => {
  const phone = page.frames().find((frame) => frame.url().includes("/sandbox/chat"));
  return [...(await axeFindings(page)), ...(phone === undefined ? ["no phone"] : await axeFindings(phone))];
};
