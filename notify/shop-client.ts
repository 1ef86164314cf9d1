import { z } from "zod";
import { type ActInChatRequest, actInChatAnswerSchema } from "../shared/contracts/internal-api.ts";
import { moneySchema } from "../shared/contracts/money.ts";
import { forbidden, KioskError, unauthenticated } from "../shared/kernel/errors.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import { shownStatuses } from "./domain/order-status.ts";
import type { AccountDesk, OrderDesk, PlacedAgain, ProductDesk, ShopDesk } from "./usecases/shop-ports.ts";

/** Placing an order asks inventory and waits for it. */
const PLACE_DEADLINE_MS = 8_000;

/** Orders as far as the bot reads them. */
export const shopOrderSchema = z.object({
  id: z.uuid(),
  number: z.string(),
  userId: z.uuid(),
  status: z.enum(shownStatuses),
  version: z.int().positive(),
  lines: z.array(z.object({ sku: z.string(), name: z.string(), quantity: z.int(), lineTotal: moneySchema })),
  total: moneySchema,
  address: z.record(z.string(), z.unknown()).nullable(),
});
const ordersPageSchema = z.object({ items: z.array(shopOrderSchema) });

const shortSchema = z.object({
  code: z.literal("OUT_OF_STOCK"),
  lines: z.array(z.object({ name: z.string(), quantity: z.int(), available: z.int() })).default([]),
});
const otherConflictSchema = z.object({ code: z.literal("CONFLICT"), detail: z.string() });
const placedSchema = z.union([shopOrderSchema, shortSchema, otherConflictSchema]);

const placedAgain = (status: number, data: z.infer<typeof placedSchema>): PlacedAgain => {
  if ("status" in data) return { outcome: status === 202 ? "pending" : "placed", order: data };
  if (data.code === "CONFLICT") throw new KioskError("CONFLICT", data.detail);
  return { outcome: "out-of-stock", short: data.lines };
};

/** auth, as to whose tap it is. */
export const createShopDesk = (auth: ServiceClient): ShopDesk => ({
  async act(telegramUserId, rights) {
    const { data } = await auth.call({
      method: "POST",
      path: "/internal/telegram/act",
      body: { telegramUserId, rights } satisfies ActInChatRequest,
      answers: { 200: actInChatAnswerSchema },
      idempotent: true,
    });
    if (data.outcome !== "acting") {
      throw data.outcome === "unknown"
        ? unauthenticated("There is no account for this chat.")
        : forbidden("This account is blocked.");
    }
    const { userId, role, language, timezone, accessToken: token } = data;
    return { userId, role, language, timezone, token };
  },
});

/** A person's own orders. */
export const createOrderDesk = (orders: ServiceClient): OrderDesk => ({
  async listOrders({ token }, limit) {
    const { data } = await orders.call({
      method: "GET",
      path: `/v1/orders?limit=${limit}`,
      bearer: token,
      answers: { 200: ordersPageSchema },
    });
    return data.items;
  },
  async readOrder({ token }, orderId) {
    const { data } = await orders.call({
      method: "GET",
      path: `/v1/orders/${encodeURIComponent(orderId)}`,
      bearer: token,
      answers: { 200: shopOrderSchema },
    });
    return data;
  },
  async cancelOrder({ token }, { id, version }) {
    const { data } = await orders.call({
      method: "POST",
      path: `/v1/orders/${encodeURIComponent(id)}/cancel`,
      bearer: token,
      headers: { "if-match": `"${version}"` },
      body: {},
      answers: { 200: shopOrderSchema },
    });
    return data;
  },
  async placeAgain({ token }, { lines, address }, idempotencyKey) {
    const body = {
      lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      ...(address === null ? {} : { address }),
    };
    const { status, data } = await orders.call({
      method: "POST",
      path: "/v1/orders",
      bearer: token,
      headers: { "idempotency-key": idempotencyKey },
      body,
      answers: { 201: placedSchema, 202: placedSchema, 409: placedSchema },
      idempotent: true,
      deadlineMs: PLACE_DEADLINE_MS,
    });
    return placedAgain(status, data);
  },
});

const productSchema = z.object({
  sku: z.string(),
  name: z.string(),
  price: moneySchema,
  stock: z.object({ available: z.int() }),
});

/** The catalogue, as everybody sees it. */
export const createProductDesk = (catalog: ServiceClient): ProductDesk => ({
  async readProduct(key) {
    const { data } = await catalog.call({
      method: "GET",
      path: `/v1/products/${encodeURIComponent(key)}`,
      answers: { 200: productSchema },
    });
    const { sku, name, price, stock } = data;
    return { sku, name, price, available: stock.available };
  },
});

const begunSchema = z.object({ id: z.uuid(), receiptSecret: z.string().nullable() });

/** A person's own account. A 204 has no body: its contract is `undefined`. */
export const createAccountDesk = (auth: ServiceClient): AccountDesk => ({
  async setLanguage({ token }, language) {
    await auth.call({
      method: "PATCH",
      path: "/v1/users/me",
      bearer: token,
      body: { language },
      answers: { 200: z.object({ language: z.string() }) },
      idempotent: true,
    });
  },
  async endSessions({ token }) {
    await auth.call({
      method: "POST",
      path: "/v1/auth/logout-all",
      bearer: token,
      answers: { 204: z.undefined() },
      idempotent: true,
    });
  },
  async eraseAccount({ token }) {
    const { data } = await auth.call({
      method: "DELETE",
      path: "/v1/users/me",
      bearer: token,
      body: { confirm: "erase" },
      answers: { 202: begunSchema },
      // Again it would answer without the secret, which is told once.
      idempotent: false,
    });
    return { erasureId: data.id, secret: data.receiptSecret };
  },
});
