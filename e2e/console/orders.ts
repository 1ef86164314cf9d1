import { expect, test } from "bun:test";
import { z } from "zod";
import { type ConsoleWindow, live } from "./console-window.ts";

const movedSchema = z.looseObject({ status: z.string() });

const packedOnTheBoard = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-MUG", "Console mug", 5);
  const buyer = await shop.customer("Bea", "+12025550171");
  const { page, problems, elsewhere } = await openConsole(admin, "/orders");
  await live(page);
  const order = await shop.orderOf(buyer.accessToken, "CO-MUG");

  await page.getByRole("button", { name: `Pack ${order.number}` }).click();
  await page.getByRole("button", { name: `Ship ${order.number}` }).waitFor();
  const read = () =>
    shop.expectAnswer(200, movedSchema, `/v1/orders/${order.id}`, { token: buyer.accessToken });
  expect((await read()).body.status).toBe("packed");

  await page.getByRole("button", { name: `Open ${order.number}` }).click();
  await page
    .getByRole("dialog")
    .getByRole("region", { name: "What has happened" })
    .getByText(/packed/i)
    .first()
    .waitFor();
  await page.getByRole("dialog").getByText("Console mug").waitFor();
  expect([problems, elsewhere]).toEqual([[], []]);
};

const refusedMove = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-JUG", "Console jug", 5);
  const buyer = await shop.customer("Bea", "+12025550171");
  const order = await shop.orderOf(buyer.accessToken, "CO-JUG");
  const { page } = await openConsole(admin, "/orders");
  const asked = Promise.withResolvers<void>();
  await page.route(`**/v1/orders/${order.id}/status`, async (route) => {
    await asked.promise;
    await route.fulfill({ status: 412, json: { code: "VERSION_MISMATCH", detail: "Read it anew." } });
  });
  const packed = page.getByRole("region", { name: "Packed" }).getByText(order.number);
  await page.getByRole("button", { name: `Pack ${order.number}` }).click();
  await packed.waitFor();
  asked.resolve();
  await page.getByRole("status").getByText("Read it anew.").waitFor();
  await packed.waitFor({ state: "detached" });
  await page.getByRole("button", { name: `Pack ${order.number}` }).waitFor();
};

/** Orders in the console, as they move. */
export const testOrders = (theConsole: () => ConsoleWindow): void => {
  test("an order that is packed on the board is packed for its buyer, and its timeline says so", () =>
    packedOnTheBoard(theConsole()));
  test("a move that the shop refuses is shown at once and taken back", () => refusedMove(theConsole()));
};
