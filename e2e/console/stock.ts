import { expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { axeFindings } from "../shop-window.ts";
import { type ConsoleWindow, live } from "./console-window.ts";

const countedAndTakenBack = async ({
  shop,
  admin,
  openConsole,
  onHand,
  followStock,
}: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-VASE", "Console vase", 7);
  const counting = await openConsole(admin, "/stock");
  const watching = await openConsole(admin, "/stock");
  const seen = watching.page.getByTestId("available-CO-VASE");
  const buyers = await followStock("CO-VASE");
  await live(counting.page);
  await live(watching.page);
  await seen.getByText("7", { exact: true }).waitFor();

  await counting.page.getByRole("button", { name: "+1 CO-VASE" }).click();
  await seen.getByText("8", { exact: true }).waitFor();
  expect(await onHand("CO-VASE")).toBe(8);

  await counting.page.getByRole("button", { name: "Undo" }).click();
  await seen.getByText("7", { exact: true }).waitFor();
  expect(await onHand("CO-VASE")).toBe(7);
  await waitFor(() => buyers.heard.join() === "8,7", { what: "the buyers' stream" });
  buyers.stop();

  await counting.page.getByRole("button", { name: "Adjust CO-VASE" }).click();
  const ledger = counting.page.getByRole("dialog");
  await ledger.getByText("Undone in the console").waitFor();
  await ledger.getByLabel("Units to add").fill("-3");
  await ledger.getByLabel("Reason").selectOption("damage");
  await ledger.getByRole("button", { name: "Adjust", exact: true }).click();
  await seen.getByText("4", { exact: true }).waitFor();
  await counting.page.getByRole("button", { name: "Adjust CO-VASE" }).click();
  await ledger.getByRole("button", { name: "Take back −3" }).click();
  await seen.getByText("7", { exact: true }).waitFor();
  await ledger.getByRole("button", { name: /^Take back/ }).waitFor({ state: "detached" });
  expect([counting.problems, watching.problems]).toEqual([[], []]);
  expect([...counting.elsewhere, ...watching.elsewhere]).toEqual([]);
};

const refusedOnTheScreen = async ({ shop, admin, openConsole, onHand }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-LAST", "Console last", 2);
  const { page } = await openConsole(admin, "/stock", { bypassCSP: true });
  await page.getByRole("button", { name: "Adjust CO-LAST" }).click();
  await page
    .getByRole("dialog")
    .getByText("Received", { exact: false })
    .or(page.getByRole("dialog").getByText("Corrected"))
    .first()
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("Units to add").fill("-5");
  await page.getByRole("dialog").getByRole("button", { name: "Adjust", exact: true }).click();
  await page
    .getByRole("status")
    .getByText(/available/i)
    .waitFor();
  await page.getByTestId("available-CO-LAST").getByText("2", { exact: true }).waitFor();
  expect(await onHand("CO-LAST")).toBe(2);
};

const whyItIsSo = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-WHY", "Console why", 5);
  const order = await shop.orderOf(admin.accessToken, "CO-WHY", 2);
  const { page, problems } = await openConsole(admin, "/stock", { bypassCSP: true });
  await page.getByRole("button", { name: "Adjust CO-WHY" }).click();
  await page.getByRole("button", { name: "Explain CO-WHY" }).click();
  const why = page.getByRole("region", { name: "Why it is so" });
  await why.getByText("CO-WHY is at 3: 5 on hand, 2 reserved for 1 order.").waitFor();
  await why.getByText("available 5 −2 = 3").waitFor();
  await why.getByText("It adds up").waitFor();
  expect(await axeFindings(page)).toEqual([]);

  await why.getByRole("link", { name: `${order.number}: 2` }).click();
  await page.getByRole("button", { name: `Explain ${order.number}` }).click();
  await why.getByText(`${order.number} is confirmed. Confirmed: its stock is held for it.`).waitFor();
  await why.getByText("Placed by Merle (its buyer), to be paid on delivery.").waitFor();
  await why
    .getByRole("button", { name: /^Copy trace [0-9a-f]{8}…$/ })
    .first()
    .waitFor();
  expect(problems).toEqual([]);
};

/** Stock in the console: counted, refused, explained. */
export const testStock = (theConsole: () => ConsoleWindow): void => {
  test("a unit that is counted moves in another window, and is taken back", () =>
    countedAndTakenBack(theConsole()));
  test("what the shop refuses is taken back on the screen", () => refusedOnTheScreen(theConsole()));
  test("why a SKU is where it is leads to the order that holds it, and that one's own reasons", () =>
    whyItIsSo(theConsole()));
};
