import { z } from "zod";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import { shownStatuses } from "./domain/order-status.ts";
import type { ExplanationDesk } from "./usecases/explanation-ports.ts";

const momentSchema = z.iso.datetime().transform((at) => new Date(at));

const orderWhySchema = z.object({
  orderId: z.uuid(),
  number: z.string(),
  status: z.enum(shownStatuses),
  causes: z.array(
    z.object({
      code: z.string(),
      says: z.string(),
      at: momentSchema,
      actor: z.object({ kind: z.enum(["user", "staff", "system"]), name: z.string().nullable() }),
      reason: z.string().nullable(),
      shortages: z.array(z.object({ sku: z.string(), requested: z.int(), available: z.int() })),
    }),
  ),
  omitted: z.int(),
  waiting: z.object({ step: z.string(), attempts: z.int() }).nullable(),
  traceId: z.string().nullable(),
});

const stockWhySchema = z.object({
  sku: z.string(),
  code: z.string(),
  level: z.object({ onHand: z.int(), reserved: z.int(), available: z.int() }),
  holds: z.object({
    orders: z.int(),
    items: z.array(z.object({ orderId: z.uuid(), quantity: z.int() })),
  }),
  causes: z.array(
    z.object({
      code: z.string(),
      says: z.string(),
      at: momentSchema,
      movements: z.int(),
      onHand: z.object({ before: z.int(), delta: z.int(), after: z.int() }),
      available: z.object({ delta: z.int(), after: z.int() }),
      orders: z.int(),
      units: z.object({
        held: z.int(),
        released: z.int(),
        expired: z.int(),
        sold: z.int(),
        returned: z.int(),
      }),
      actor: z.object({ kind: z.string(), id: z.string().nullable() }).nullable(),
      reason: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  sum: z.object({ addsUp: z.boolean(), movements: z.int() }),
});

/** Explanations, by the routes that everybody has. */
export const createExplanationDesk = (
  clients: Readonly<Record<"inventory" | "orders", ServiceClient>>,
): ExplanationDesk => ({
  async order({ token }, name) {
    const { data } = await clients.orders.call({
      method: "GET",
      path: `/v1/orders/${encodeURIComponent(name)}/explanation`,
      bearer: token,
      answers: { 200: orderWhySchema },
    });
    return data;
  },
  async stock({ token }, sku, links) {
    const { data } = await clients.inventory.call({
      method: "GET",
      path: `/v1/stock/${encodeURIComponent(sku)}/explanation?limit=${links}`,
      bearer: token,
      answers: { 200: stockWhySchema },
    });
    return data;
  },
});
