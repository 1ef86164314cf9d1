import { expect, test } from "bun:test";
import { z } from "zod";
import { createApiClient } from "../../tools/client/api-client.ts";
import { focused, namelessControls, pageFrame, tabTo } from "../accessibility.ts";
import { type Bench, createPerson } from "./bench.ts";

/** The chat page by itself, where a link leads to the page that has the shop beside it. */
const onPhoneAlone = (deepLink: string) => deepLink.replace("/sandbox?", "/sandbox/chat?");

const newcomer = async ({ openPage, askForCode, verify, order }: Bench): Promise<void> => {
  const { page, problems } = await openPage({ permissions: ["clipboard-read", "clipboard-write"] });
  const phone = "+12025550161";
  const challenge = await askForCode(phone);
  await page.goto(onPhoneAlone(challenge.deepLink));
  await page.getByText("Create a person first").waitFor();
  expect(await pageFrame(page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });

  await tabTo(page, "First name");
  await page.keyboard.type("Ben");
  await tabTo(page, "Phone");
  await page.keyboard.type(phone);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Open the bot as Ben" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");

  const share = page.getByRole("button", { name: "Share my phone number" });
  await share.waitFor();
  // The next thing to do has the focus: the button at once, where the bot has answered as quickly as the page was drawn.
  if ((await focused(page)) === "Message") await tabTo(page, "Share my phone number");
  await share.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");

  const code = page.locator("button.code.one-time");
  const digits = (await code.textContent()) ?? "";
  expect(digits).toMatch(/^\d{6,8}$/);
  await page.locator("#text:focus").waitFor();
  await tabTo(page, `Copy ${digits}`, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText(`Copied ${digits}`).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(digits);
  expect(await namelessControls(page)).toEqual([]);

  const { number } = await order(await verify(challenge, digits));
  await page.getByRole("log").getByText(`Order ${number}`).waitFor();
  expect(problems).toEqual([]);
};

const cardInItsPlace = async ({ openPage, url, askForCode, verify, order }: Bench): Promise<void> => {
  const { page, problems } = await openPage();
  const phone = "+12025550162";
  const challenge = await askForCode(phone);
  await page.goto(onPhoneAlone(challenge.deepLink));
  await createPerson(page, "Cleo", phone);
  await page.getByRole("button", { name: "Open the bot as Cleo" }).click();
  await page.getByRole("button", { name: "Share my phone number" }).click();
  const token = await verify(challenge, (await page.locator("button.code.one-time").textContent()) ?? "");
  const { id, number } = await order(token);
  const shown = page
    .getByRole("listitem")
    .filter({ hasText: `Order ${number}` })
    .filter({ hasText: "Confirmed" });
  const card = page.locator(`#messages > [data-id="${await shown.getAttribute("data-id")}"]`);
  await createApiClient(url()).expect(200, z.unknown(), `/v1/orders/${id}/cancel`, {
    method: "POST",
    body: {},
    token,
  });
  // Beside the edit the bot says it in a new message, for an edit makes no sound; the card is told by its id.
  await card
    .filter({ hasText: `Order ${number}` })
    .filter({ hasText: "Cancelled" })
    .waitFor();
  expect(await card.textContent()).toContain("edited");
  expect(await card.textContent()).not.toContain("Confirmed");
  expect(problems).toEqual([]);
};

const commandsStay = async ({ openPage, url }: Bench): Promise<void> => {
  const { page, problems } = await openPage();
  await page.goto(`${url()}/sandbox/chat`);
  await createPerson(page, "Dalia", "+12025550163");
  await page.getByText("you are Dalia").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const help = page.getByRole("group", { name: "Commands" }).getByRole("button", { name: "/help" });
  await help.waitFor();
  await page.getByRole("button", { name: "Block", exact: true }).click();
  await page.getByText("you blocked this bot").waitFor();
  await help.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Unblock", exact: true }).click();
  await help.waitFor();
  expect(problems).toEqual([]);
};

const fitsTheScreen = async ({ openPage, url }: Bench): Promise<void> => {
  const screen = { width: 390, height: 844 };
  const { page, problems } = await openPage({ viewport: screen, hasTouch: true, isMobile: true });
  await page.goto(`${url()}/sandbox/chat`);
  await createPerson(page, "Emeka", "+12025550164");
  await page.getByText("you are Emeka").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const send = page.getByRole("button", { name: "Send" });
  await send.waitFor();
  const box = await send.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(screen.height);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(screen.width);
  expect(await namelessControls(page)).toEqual([]);
  expect(problems).toEqual([]);
};

/** One phone: a chat with the bot, from the first tap on. */
export const testOnePhone = (bench: Bench): void => {
  test("emulator-20: a newcomer goes from a deep link to a code and an order card by keyboard alone", () =>
    newcomer(bench));
  test("an order card changes in its place while the chat is open", () => cardInItsPlace(bench));
  test("the bot's commands stay while a person starts, blocks and unblocks it", () => commandsStay(bench));
  test("on a phone the whole chat fits the screen", () => fitsTheScreen(bench));
};
