import { expect } from "bun:test";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type SignedIn, signIn } from "../../tools/client/sign-in.ts";
import type { ChatShop } from "./chat-shop.ts";
import { type PersonInChat, personInChat } from "./person-in-chat.ts";

const productsSchema = z.object({ items: z.array(z.object({ sku: z.string() })) });
const orderSchema = z.object({ id: z.string(), number: z.string(), status: z.string() });
const ordersSchema = z.object({ items: z.array(orderSchema) });

/** A customer who has signed in, with their chat and what the shop's API says of them. */
const customerIn = async (shop: ChatShop, who: { firstName: string; phone: string }) => {
  const signedIn: SignedIn = await signIn(shop.api, shop.sandbox, who);
  const { accessToken: token, personId } = signedIn;
  return {
    ...personInChat(shop, personId),
    token,
    orders: async () => (await shop.api.expect(200, ordersSchema, "/v1/orders", { token })).body.items,
    me: () => shop.api.send("/v1/users/me", { token }),
  };
};
type Customer = Awaited<ReturnType<typeof customerIn>>;

const orderOne = async ({ api }: ChatShop, { token }: Customer) => {
  const { body: products } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
  const sku = products.items[0]?.sku ?? "";
  const body = { lines: [{ sku, quantity: 1 }] };
  const { body: order } = await api.expect(201, orderSchema, "/v1/orders", { method: "POST", token, body });
  return { sku, order, card: new RegExp(`^Order ${order.number}`) };
};

const cancelInChat = async (customer: Customer, card: RegExp, number: string): Promise<void> => {
  await customer.tap(card, "Cancel the order");
  await customer.tap(card, "No");
  await customer.tap(card, "Cancel the order");
  await customer.tap(card, "Yes, cancel it");
  await customer.sees(new RegExp(`Your order ${number} has been cancelled`));
  const shown = await customer.sees(card, "Order again");
  expect(shown.text).toContain("Cancelled");
  expect(shown.buttons.flat().map(({ label }) => label)).toEqual(["Order again", "Support"]);
};

/** Orders the same once more. Answers the new order and its card. */
const repeatInChat = async (customer: Customer, card: RegExp, firstId: string) => {
  await customer.tap(card, "Order again");
  await customer.tap(card, "Yes, order at today's prices");
  await customer.sees(/is placed/);
  const second = (await customer.orders()).find(({ id }) => id !== firstId);
  expect(second?.status).toBe("confirmed");
  const secondCard = new RegExp(`^Order ${second?.number}`);
  await customer.sees(secondCard, "Cancel the order");
  return { number: second?.number ?? "", card: secondCard };
};

/** From the list of orders the card is shown anew, and stays one. */
const showAnew = async ({ sandbox }: ChatShop, customer: Customer, card: RegExp): Promise<void> => {
  await customer.say("/orders");
  const list = await customer.sees(/Your last orders/);
  expect(list.buttons).toHaveLength(2);
  const { messageId: before } = await customer.sees(card);
  await sandbox.tap(customer.personId, list.messageId, list.buttons[0]?.[0]?.label ?? "");
  await waitFor(async () => (await customer.sees(card)).messageId > before, { what: "the card anew" });
  // The old one goes once the new one is there.
  const cards = async () => (await customer.fromBot()).filter(({ text }) => card.test(text)).length;
  await waitFor(async () => (await cards()) === 1, { what: "one card, and not two" });
};

/** A customer signs in, orders, cancels, orders again, looks at a product and asks for help: all in the chat but the first order. */
export const shoppingJourney = async (shop: ChatShop): Promise<PersonInChat> => {
  const nora = await customerIn(shop, { firstName: "Nora", phone: "+15550350001" });
  const { order, sku, card } = await orderOne(shop, nora);
  await nora.sees(card, "Cancel the order");
  await cancelInChat(nora, card, order.number);
  expect((await nora.orders()).find(({ id }) => id === order.id)?.status).toBe("cancelled");
  const second = await repeatInChat(nora, card, order.id);
  await showAnew(shop, nora, second.card);
  await nora.open(`p_${sku}`);
  await nora.sees(/In stock: \d+/);
  await nora.tap(second.card, "Support");
  await nora.sees(/@kiosk_support/);
  return nora;
};

const otherLanguage = async (customer: Customer): Promise<void> => {
  await customer.say("/language");
  await customer.tap(/Which language/, "العربية");
  await customer.sees(/من الآن أكتب لك بالعربية/);
  expect((await customer.me()).body).toMatchObject({ language: "ar" });
  await customer.say("/language");
  await customer.tap(/بأي لغة/, "English");
  await customer.sees(/From now on I write in English/);
};

/** Another customer chooses languages, signs out everywhere, and looks at what is stored. */
export const accountJourney = async (shop: ChatShop): Promise<PersonInChat> => {
  const omar = await customerIn(shop, { firstName: "Omar", phone: "+15550350002" });
  await otherLanguage(omar);
  await omar.say("/logout");
  await omar.tap(/Sign out everywhere/, "Sign out everywhere");
  await omar.sees(/signed out on all devices/);
  await waitFor(async () => (await omar.me()).status === 401, { what: "the end of the session" });
  await omar.say("/privacy");
  await omar.sees(/what is stored about you/, "Delete my account");
  return omar;
};

/** They end the account, and have none. */
export const endOfAccount = async (omar: PersonInChat): Promise<void> => {
  await omar.tap(/what is stored about you/, "Delete my account");
  await omar.tap(/Delete your account/, "Yes, go on");
  await omar.tap(/cannot be undone/, "Delete everything now");
  await omar.sees(/Your account is being deleted/);
  // The bot drops what comes from one chat too fast.
  const isTold = async () => {
    await omar.say("/orders");
    return (await omar.fromBot()).some(({ text }) => /no account for this chat/.test(text));
  };
  await waitFor(isTold, { what: "the end of the account to be told", timeoutMs: 20_000, everyMs: 1_000 });
};
