import { isKioskError } from "../../shared/kernel/errors.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { orderNameIn } from "../domain/order-name.ts";
import type { AdmitStaff } from "./admit-staff.ts";
import type { ExplanationDesk, OrderWhy, StockWhy } from "./explanation-ports.ts";
import type { AuthService } from "./ports.ts";
import type { Acting, OrderDesk, ShopDesk } from "./shop-ports.ts";
import type { CatalogDesk } from "./stock-ports.ts";

/** Links of a chain of stock that a message has, beside all that is older. */
const STOCK_LINKS = 6;
/** Orders that hold units and are named. */
const HOLDS_NAMED = 3;

export interface ExplainInChatDeps {
  readonly admit: AdmitStaff;
  readonly desk: ShopDesk;
  readonly explanations: ExplanationDesk;
  readonly orders: Pick<OrderDesk, "readOrder">;
  readonly catalog: Pick<CatalogDesk, "namesOf">;
  readonly users: Pick<AuthService, "findUser">;
  /** SKUs that are found by words, for who did not know the whole of it. */
  readonly search: (
    as: Acting,
    words: string,
  ) => Promise<readonly { readonly stock: { readonly sku: string } }[]>;
}

/** A SKU explained, with the names that the message says. */
export interface NamedStockWhy {
  readonly why: StockWhy;
  /** Of the product; null where the shop does not show one. */
  readonly name: string | null;
  /** Of who changed the stock, by user id. */
  readonly people: ReadonlyMap<string, string>;
  /** Orders that hold units now: the newest by their numbers. */
  readonly holders: readonly { readonly number: string; readonly quantity: number }[];
}

/** What came of a question. `usage`: it named nothing that can be explained to this person. */
export type WhyAnswer =
  | { readonly kind: "order"; readonly why: OrderWhy; readonly asStaff: boolean; readonly timezone: string }
  | ({ readonly kind: "stock" } & NamedStockWhy)
  | { readonly kind: "usage" | "unknown"; readonly asStaff: boolean };

/** Null where there is no such thing for this person. */
const unlessMissing = async <Found>(asked: Promise<Found>): Promise<Found | null> => {
  try {
    return await asked;
  } catch (error) {
    if (isKioskError(error, "NOT_FOUND")) return null;
    throw error;
  }
};

/** Names are only said: what cannot be found out now is left out. */
const peopleOf = async (
  { users }: ExplainInChatDeps,
  { causes }: StockWhy,
): Promise<ReadonlyMap<string, string>> => {
  const ids = new Set(causes.flatMap(({ actor }) => (actor?.kind === "staff" ? (actor.id ?? []) : [])));
  const found = await Promise.all([...ids].map((id) => users.findUser(id).catch(() => null)));
  return new Map(
    found.flatMap((user) => (user === null || user.name === "" ? [] : [[user.id, user.name] as const])),
  );
};

const holdersOf = async (
  { orders }: ExplainInChatDeps,
  as: Acting,
  { holds }: StockWhy,
): Promise<NamedStockWhy["holders"]> => {
  const read = await Promise.all(
    holds.items.slice(0, HOLDS_NAMED).map(async ({ orderId, quantity }) => {
      const order = await orders.readOrder(as, orderId).catch(() => null);
      return order === null ? [] : [{ number: order.number, quantity }];
    }),
  );
  return read.flat();
};

/** By the very SKU, also of a level that is gone; else by words, where these find one thing. */
const findStock = async (deps: ExplainInChatDeps, as: Acting, words: string): Promise<StockWhy | null> => {
  const { explanations, search } = deps;
  const why = isSku(words) ? await unlessMissing(explanations.stock(as, words, STOCK_LINKS)) : null;
  if (why !== null) return why;
  const [only, ...others] = await search(as, words);
  if (only === undefined || others.length > 0) return null;
  return unlessMissing(explanations.stock(as, only.stock.sku, STOCK_LINKS));
};

const named = async (deps: ExplainInChatDeps, as: Acting, why: StockWhy): Promise<WhyAnswer> => {
  const [names, people, holders] = await Promise.all([
    deps.catalog.namesOf(as, [why.sku]),
    peopleOf(deps, why),
    holdersOf(deps, as, why),
  ]);
  return { kind: "stock", why, name: names.get(why.sku) ?? null, people, holders };
};

const explainStock = async (deps: ExplainInChatDeps, as: Acting, words: string): Promise<WhyAnswer> => {
  const why = await findStock(deps, as, words);
  return why === null ? { kind: "unknown", asStaff: true } : named(deps, as, why);
};

/** A SKU may be written as the number of an order is. The order is told in any case. */
const explainNamesake = async (
  deps: ExplainInChatDeps,
  as: Acting,
  words: string,
): Promise<readonly WhyAnswer[]> => {
  if (!isSku(words)) return [];
  const why = await deps.explanations.stock(as, words, STOCK_LINKS).catch(() => null);
  return why === null ? [] : [await named(deps, as, why)];
};

const explainOrder = async (
  { explanations }: ExplainInChatDeps,
  as: Acting,
  name: string,
  asStaff: boolean,
): Promise<WhyAnswer | null> => {
  const why = await unlessMissing(explanations.order(as, name));
  return why === null ? null : { kind: "order", why, asStaff, timezone: as.timezone };
};

/**
 * Answers “why?”: the shop's people about any order and any SKU, or both where both are written so; everybody else about their own orders. Each is
 * asked by the rights of who has written. Fails as the routes do, but for what is not there.
 */
export const explainInChat =
  (deps: ExplainInChatDeps) =>
  async (telegramUserId: number, words: string): Promise<readonly WhyAnswer[]> => {
    const staff = await deps.admit(telegramUserId, "stock.read");
    const asStaff = staff !== null;
    const as = staff ?? (await deps.desk.act(telegramUserId, "own"));
    const name = orderNameIn(words);
    if (words === "" || (!asStaff && name === null)) return [{ kind: "usage", asStaff }];
    const order = name === null ? null : await explainOrder(deps, as, name, asStaff);
    if (!asStaff) return [order ?? { kind: "unknown", asStaff }];
    if (order === null) return [await explainStock(deps, as, words)];
    return [order, ...(await explainNamesake(deps, as, words))];
  };

export type ExplainInChat = ReturnType<typeof explainInChat>;
