import { expect, test } from "bun:test";
import { en } from "../../web/shop/texts/en.ts";
import { namelessControls, pageFrame } from "../accessibility.ts";
import { foreignRequests } from "../browser.ts";
import { failuresIn, fillAddress, type Storefront } from "./storefront.ts";

const newcomer = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-LAMP", "Lighthouse lamp", 20);
  const { page, problems } = await kiosk.open();
  const elsewhere = foreignRequests(page, kiosk.url);
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
};

const lastOne = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-LAST", "Last of its kind", 1);
  const { page, problems } = await kiosk.open();
  await page.goto(`${kiosk.url}/p/SF-LAST`);
  await page.getByText("1 left").waitFor();
  await page.getByText(/^Live/).waitFor();
  const { accessToken } = await shop.customer("Otto", "+12025550172");
  await shop.orderOf(accessToken, "SF-LAST");
  await page.getByText("The last one has just been sold.").waitFor();
  expect(await page.getByRole("button", { name: "Sold out" }).isDisabled()).toBe(true);
  expect(await page.getByRole("button", { name: "Add to cart" }).count()).toBe(0);
  await page.getByRole("link", { name: "Sign in, and we tell you" }).waitFor();
  expect(failuresIn(problems)).toEqual([]);
};

const fewerThanWanted = async ({ kiosk, shop }: Storefront): Promise<void> => {
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
  await shop.orderOf(accessToken, "SF-FEW");
  await shop.orderOf(accessToken, "SF-FEW");
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
};

const cancelledAndRepeated = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-CUP", "Tin cup", 5);
  const { page, problems } = await kiosk.open();
  await page.goto(`${kiosk.url}/sign-in?to=/orders`);
  await shop.signInPage(page, "Quirin", "+12025550174");
  await page.getByText("No orders yet").waitFor();
  const { accessToken } = await shop.customer("Quirin", "+12025550174");
  const { number } = await shop.orderOf(accessToken, "SF-CUP");
  await page.getByRole("link", { name: `Order ${number}` }).click();
  await page.getByRole("button", { name: "Cancel the order" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the order" }).click();
  await page.getByRole("status").getByText("Cancelled").waitFor();
  await page.getByRole("button", { name: "Put it into the cart again" }).click();
  await page.getByRole("link", { name: "Tin cup" }).waitFor();
  expect(failuresIn(problems)).toEqual([]);
};

const onlyAccepted = async ({ kiosk, shop }: Storefront): Promise<void> => {
  await shop.sell("SF-LATE", "Late thing", 5);
  const { page, problems } = await shop.openAs(await shop.customer("Lea", "+12025550180"));
  const later = Promise.withResolvers<void>();
  // The order is placed for good; the page is told what it would be told while inventory is slow.
  await page.route("**/v1/orders", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch();
    const order = (await answer.json()) as Record<string, unknown>;
    return route.fulfill({ response: answer, status: 202, json: { ...order, status: "pending" } });
  });
  await page.route("**/v1/orders/stream*", async (route) => {
    await later.promise;
    await route.continue();
  });
  await page.goto(`${kiosk.url}/p/SF-LATE`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByRole("link", { name: "Go to cart" }).click();
  await page.getByRole("button", { name: "To checkout" }).click();
  await fillAddress(page, "Lea Holm");
  await page.getByRole("button", { name: "Place order, $12.00" }).click();
  await page.getByRole("status").getByText("Under way").waitFor();
  await page.getByText(en.order.pending).waitFor();
  await page.getByText(en.order.delayed).waitFor();
  expect(await page.getByText(en.order.thanks).count()).toBe(0);
  later.resolve();
  await page.getByRole("status").getByText("Confirmed").waitFor();
  await page.getByText(en.order.thanks).waitFor();
  await page.getByText(en.order.live).waitFor();
  expect(failuresIn(problems)).toEqual([]);
};

/** From looking for a thing to its order, and what can come between. */
export const testBuying = (front: () => Storefront): void => {
  test("a newcomer finds a thing, signs in, orders it and sees it move", () => newcomer(front()));
  test("the last one, bought elsewhere, turns the button off", () => lastOne(front()));
  test("whoever wants more than there is takes what is there, and is told when there is more", () =>
    fewerThanWanted(front()));
  test("an order is cancelled and put into the cart again", () => cancelledAndRepeated(front()));
  test("an order that is only accepted (202) is under way until it is confirmed, without a reload", () =>
    onlyAccepted(front()));
};
