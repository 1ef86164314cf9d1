import { expect, test } from "bun:test";
import type { ConsoleWindow } from "./console-window.ts";

const webhookLife = async ({ admin, openConsole }: ConsoleWindow): Promise<void> => {
  const { page, problems, elsewhere } = await openConsole(admin, "/webhooks");
  const url = "https://hooks.invalid/kiosk";
  await page.getByRole("button", { name: "New webhook" }).click();
  const drawer = page.getByRole("dialog", { name: "New webhook" });
  await drawer.getByRole("button", { name: "Make it" }).click();
  await drawer.getByText("Write an address that begins").waitFor();
  await drawer.getByLabel("Address").fill(url);
  await drawer.getByLabel("stock.low").check();
  await drawer.getByRole("button", { name: "Make it" }).click();
  const told = page.getByRole("dialog", { name: "The signing secret" });
  const secret = await told.getByLabel("Secret", { exact: true }).textContent();
  expect(secret).toStartWith("whsec_");
  await told.locator(":focus").waitFor();
  await told.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name: "New webhook" }).and(page.locator(":focus")).waitFor();
  await page.getByRole("listitem", { name: url }).getByText("order.*, stock.low").waitFor();

  await page.getByRole("button", { name: `New secret for ${url}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "New secret" }).click();
  await told.waitFor();
  expect(await told.getByLabel("Secret", { exact: true }).textContent()).not.toBe(secret);
  await told.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("signs as well until").waitFor();
  await page.getByRole("button", { name: `Turn off ${url}` }).click();
  await page.getByRole("button", { name: `Turn on ${url}` }).waitFor();
  await page.getByRole("button", { name: `Delete ${url}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("listitem", { name: url }).waitFor({ state: "detached" });
  expect([problems, elsewhere]).toEqual([[], []]);
};

/** Webhooks in the console. */
export const testWebhooks = (theConsole: () => ConsoleWindow): void => {
  test("a webhook's secret is shown once, and it is rotated, turned off and deleted", () =>
    webhookLife(theConsole()));
};
