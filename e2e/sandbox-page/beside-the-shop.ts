import { expect, test } from "bun:test";
import { namelessControls, pageFrame } from "../accessibility.ts";
import { foreignRequests } from "../browser.ts";
import type { Bench } from "./bench.ts";
import { checkOut, fillCart, findingsOn, stageOf } from "./stage.ts";

const severalPeople = async ({ openPage, url }: Bench): Promise<void> => {
  const { page, problems } = await openPage({ bypassCSP: true, viewport: { width: 1400, height: 900 } });
  const foreign = foreignRequests(page, url());
  const { chat, browser, next, be, add } = stageOf(page);
  await page.goto(`${url()}/sandbox`);
  await next("Be Ada: sign in").waitFor();
  expect(await pageFrame(page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });
  await next("Be Ada: sign in").getByRole("button", { name: "Sign in as Ada" }).click();
  await chat.getByText("Contact: Ada").waitFor();
  await next("Buy something in the shop").waitFor();
  await fillCart(browser, "Moonrise Mug");

  await add("Nils", "+12025550167");
  await browser.getByRole("link", { name: "Cart, 0 things" }).waitFor();
  await browser.getByRole("link", { name: "Sign in" }).click();
  await browser.getByRole("button", { name: "Sign in with one tap" }).click();
  await browser.getByRole("button", { name: "Account", exact: true }).waitFor();
  await chat.getByText("Contact: Nils").waitFor();

  await be("Ada");
  await checkOut(browser);
  await browser.getByRole("status").getByText("Confirmed").waitFor();
  const title = (await browser.getByRole("heading", { level: 1 }).textContent()) ?? "";
  await chat.getByRole("listitem").filter({ hasText: title }).filter({ hasText: "Confirmed" }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await page.getByRole("banner").getByRole("button", { name: "Dark colours" }).click();
  await chat.locator("html[style*='dark']").waitFor();
  expect(await findingsOn(page)).toEqual([]);

  await next("Be Max, the merchant: restock").getByRole("button", { name: "Go on as Max" }).click();
  await chat.getByText("Contact: Max").waitFor();
  await browser.getByRole("button", { name: "+1 MUG-MOON" }).click();
  await page.getByText("That was the whole way").waitFor();
  expect(await page.locator("li[data-state='done']").count()).toBe(4);

  await page.reload();
  for (const name of ["Ada customer · signed in", "Nils customer · signed in", "Max merchant · signed in"])
    await page.getByRole("button", { name }).waitFor();
  await be("Nils");
  await browser.getByRole("button", { name: "Account", exact: true }).click();
  await browser.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in as Nils" }).waitFor();
  await page.getByRole("button", { name: "Ada customer · signed in" }).waitFor();
  // A page of the shop that is nobody's frame has nothing of theirs.
  await page.goto(url());
  await page.getByRole("link", { name: "Sign in", exact: true }).waitFor();
  expect(foreign).toEqual([]);
  expect(problems).toEqual([]);
};

const linkToTheBot = async ({ openPage, askForCode, verify }: Bench): Promise<void> => {
  const { page, problems } = await openPage();
  const { chat, add } = stageOf(page);
  const phone = "+12025550168";
  const challenge = await askForCode(phone);
  await page.goto(challenge.deepLink);
  await chat.getByRole("button", { name: "Open the bot as Ada" }).waitFor();
  await add("Olga", phone);
  await chat.getByRole("button", { name: "Open the bot as Olga" }).press("Enter");
  await page.waitForURL(({ search }) => search === "");
  // The phone stays as it is, and the keyboard in it.
  await chat.getByRole("button", { name: "Share my phone number" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("IFRAME");
  await chat.getByRole("button", { name: "Share my phone number" }).click();
  const code = (await chat.locator("button.code.one-time").textContent()) ?? "";
  expect(await verify(challenge, code)).not.toBe("");
  expect(new URL(page.url()).search).toBe("");
  expect(await namelessControls(page)).toEqual([]);
  expect(problems).toEqual([]);
};

const narrowScreen = async ({ openPage, url, post }: Bench): Promise<void> => {
  const screen = { width: 390, height: 844 };
  const { page, problems } = await openPage({
    viewport: screen,
    hasTouch: true,
    isMobile: true,
    locale: "ar",
  });
  await page.goto(`${url()}/sandbox`);
  await page.frameLocator("iframe[title^='متصفح']").getByRole("link", { name: "Moonrise Mug" }).waitFor();
  await page.getByText("الدردشة", { exact: true }).click();
  const chat = page.frameLocator("iframe[title^='دردشة']");
  await chat.getByRole("region", { name: "الدردشة" }).waitFor();
  expect(await chat.locator("html").getAttribute("dir")).toBe("rtl");
  expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(screen.width);

  const link = "https://shop.example/confirm/7";
  const html = `<p>Confirm it: <a href="${link}">here</a></p>`;
  await post("/mail", { to: "ada@example.org", from: "shop@example.org", subject: "Your address", html });
  await page.getByRole("button", { name: /^البريد \(/ }).click();
  const mails = page.frameLocator("iframe[title='البريد الملتقط']");
  await mails.getByRole("button", { name: "Your address" }).click();
  const shown = mails.frameLocator("iframe").getByRole("link", { name: "here" });
  expect(await shown.getAttribute("href")).toBe(link);
  expect(problems).toEqual([]);
};

/** The sandbox's page: the phone and the shop beside each other. */
export const testBesideTheShop = (bench: Bench): void => {
  test("several people at once: one tap signs in, what is bought beside the chat is told in it, and the merchant restocks it", () =>
    severalPeople(bench));
  test("a link to the bot opens on the phone of whoever it is for, and is forgotten then", () =>
    linkToTheBot(bench));
  test("beside the shop, mail lands in a drawer; on a narrow screen one of the two is shown, in Arabic from right to left", () =>
    narrowScreen(bench));
};
