import { z } from "zod";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { InventoryDesk, StockFilter } from "./usecases/stock-ports.ts";

/** Stock levels as far as the bot reads them. */
const levelSchema = z.object({
  sku: z.string(),
  onHand: z.int(),
  reserved: z.int(),
  available: z.int(),
  lowStockThreshold: z.int(),
  version: z.int().positive(),
});
const levelsPageSchema = z.object({ items: z.array(levelSchema), nextCursor: z.string().nullable() });

const ledgerPageSchema = z.object({
  items: z.array(
    z.object({
      version: z.int().positive(),
      onHandDelta: z.int(),
      onHandAfter: z.int(),
      note: z.string().nullable(),
      actor: z.object({ kind: z.string(), id: z.string().nullable() }),
      orderId: z.string().nullable(),
      createdAt: z.iso.datetime().transform((at) => new Date(at)),
    }),
  ),
  nextCursor: z.string().nullable(),
});

const pathOf = (sku: string, below = ""): string => `/v1/stock/${encodeURIComponent(sku)}${below}`;

const queryOf = ({ low, text, limit, cursor }: StockFilter): URLSearchParams =>
  new URLSearchParams({
    limit: String(limit),
    ...(low ? { below: "threshold" } : {}),
    ...(text === null ? {} : { q: text }),
    ...(cursor === null ? {} : { cursor }),
  });

/** Stock, by the routes for the shop's people. */
export const createInventoryDesk = (inventory: ServiceClient): InventoryDesk => ({
  async listLevels({ token }, filter) {
    const { data } = await inventory.call({
      method: "GET",
      path: `/v1/stock?${queryOf(filter)}`,
      bearer: token,
      answers: { 200: levelsPageSchema },
    });
    return data;
  },
  async readLevel({ token }, sku) {
    const { data } = await inventory.call({
      method: "GET",
      path: pathOf(sku),
      bearer: token,
      answers: { 200: levelSchema },
    });
    return data;
  },
  async adjust({ token }, { sku, delta, reason, note }, idempotencyKey) {
    const { data } = await inventory.call({
      method: "POST",
      path: pathOf(sku, "/adjustments"),
      bearer: token,
      headers: { "idempotency-key": idempotencyKey },
      body: { delta, reason, ...(note === null ? {} : { note }) },
      answers: { 200: levelSchema },
      idempotent: true,
    });
    return data;
  },
  async correct({ token }, { sku, onHand, version }) {
    const { data } = await inventory.call({
      method: "PUT",
      path: pathOf(sku),
      bearer: token,
      headers: { "if-match": `"${version}"` },
      body: { onHand, reason: "count" },
      answers: { 200: levelSchema },
    });
    return data;
  },
  async readLedger({ token }, sku, { limit, cursor }) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
    const { data } = await inventory.call({
      method: "GET",
      path: pathOf(sku, `/movements?${query}`),
      bearer: token,
      answers: { 200: ledgerPageSchema },
    });
    return data;
  },
});
