import { useQuery } from "@tanstack/react-query";
import { ok } from "../../../client/index.ts";
import { type Player, shopOf } from "../people.ts";
import type { SandboxApi } from "../sandbox-api.ts";
import { type Facts, isRestock, type WalkOrder } from "./steps.ts";

/**
 * Asked again and again, and not followed: over HTTP/1.1 a browser has six connections to a shop, and the chat and the shop beside it need
 * theirs for streams.
 */
const LOOK_MS = 2_000;
const ORDERS_LOOKED_AT = 1;
const MOVEMENTS_LOOKED_AT = 20;

const lastOrderOf = async (buyerId: number): Promise<WalkOrder | null> => {
  const query = { limit: ORDERS_LOOKED_AT };
  const { items } = await ok(shopOf(buyerId).api.GET("/v1/orders", { params: { query } }));
  const order = items[0];
  if (order === undefined) return null;
  const { number, createdAt, lines } = order;
  return { number, createdAt, buyerId, skus: lines.map(({ sku }) => sku) };
};

const newest = (orders: readonly (WalkOrder | null)[]): WalkOrder | null =>
  orders.reduce(
    (last, order) => (order !== null && (last === null || order.createdAt > last.createdAt) ? order : last),
    null,
  );

const isInChat = async (sandbox: SandboxApi, { buyerId, number }: WalkOrder): Promise<boolean> =>
  (await sandbox.messages(buyerId)).some(({ from, text }) => from === "bot" && text.includes(number));

const isBackInStock = async (merchantId: number, { skus, createdAt }: WalkOrder): Promise<boolean> => {
  const ledgers = await Promise.all(
    skus.map((sku) => {
      const params = { path: { sku }, query: { limit: MOVEMENTS_LOOKED_AT } };
      return ok(shopOf(merchantId).api.GET("/v1/stock/{sku}/movements", { params }));
    }),
  );
  return ledgers.some(({ items }) => items.some((movement) => isRestock(movement, createdAt)));
};

const look = async (
  sandbox: SandboxApi,
  players: readonly Player[],
  signedIn: readonly number[],
): Promise<Facts> => {
  const there = players.filter(({ id }) => signedIn.includes(id));
  const buyers = there.filter(({ isMerchant }) => !isMerchant);
  const merchant = there.find(({ isMerchant }) => isMerchant);
  const order = newest(await Promise.all(buyers.map(({ id }) => lastOrderOf(id))));
  return {
    isCustomerSignedIn: buyers.length > 0,
    order,
    hasCard: order !== null && (await isInChat(sandbox, order)),
    isRestocked: order !== null && merchant !== undefined && (await isBackInStock(merchant.id, order)),
  };
};

const NOTHING: Facts = { isCustomerSignedIn: false, order: null, hasCard: false, isRestocked: false };

/** How far the newcomer's walk is, as the shop and the chat have it. */
export const useWalk = (
  sandbox: SandboxApi,
  players: readonly Player[],
  signedIn: readonly number[],
): Facts =>
  useQuery({
    queryKey: ["walk", players.map(({ id }) => id), signedIn],
    queryFn: () => look(sandbox, players, signedIn),
    refetchInterval: ({ state }) =>
      state.data?.isRestocked === true && state.data.hasCard ? false : LOOK_MS,
    placeholderData: (before) => before,
    // A look that fails is followed by the next one.
    retry: false,
  }).data ?? NOTHING;
