import { z } from "zod";
import { userSnapshotSchema } from "../shared/contracts/events.ts";
import {
  productsFoundSchema,
  reservationEndedSchema,
  reservationHeldSchema,
  reservationShortSchema,
} from "../shared/contracts/internal-api.ts";
import { isKioskError, unavailable } from "../shared/kernel/errors.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { Order } from "./domain/order.ts";
import type { Catalog, Inventory, PaymentProvider, UpstreamAnswer, Users } from "./usecases/ports.ts";

/** What placing an order may wait for where a replica does not know a product or a user yet. */
const LOOKUP_DEADLINE_MS = 1_000;

/** The hold of this order has ended, and inventory gives it no other. */
const refusedSchema = z.object({ code: z.literal("CONFLICT") });
const reserveAnswerSchema = z.union([reservationHeldSchema, reservationShortSchema, refusedSchema]);

const reserveAnswer = (data: z.infer<typeof reserveAnswerSchema>): UpstreamAnswer => {
  if (!("code" in data)) return { type: "stock-held" };
  if (data.code === "CONFLICT") return { type: "hold-refused" };
  return { type: "stock-short", shortages: data.shortages };
};

const pathOf = ({ id }: Order, action = ""): string => `/internal/reservations/${id}${action}`;

/**
 * Inventory by its internal routes. Reserving is tried once a call: the saga counts its attempts, since one whose answer
 * was lost may still take effect later.
 */
export const inventoryOf = (client: ServiceClient): Inventory => {
  const end = async (order: Order, action: "release" | "fulfil", deadlineMs: number): Promise<string> => {
    const { data } = await client.call({
      method: "POST",
      path: pathOf(order, `/${action}`),
      answers: { 200: reservationEndedSchema },
      idempotent: true,
      deadlineMs,
    });
    return data.status;
  };
  return {
    async reserve(order, deadlineMs) {
      const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
      const { data } = await client.call({
        method: "PUT",
        path: pathOf(order),
        body: { lines, ttlSeconds: null },
        answers: { 200: reserveAnswerSchema, 409: reserveAnswerSchema },
        idempotent: false,
        deadlineMs,
      });
      return reserveAnswer(data);
    },
    async release(order, deadlineMs) {
      const status = await end(order, "release", deadlineMs);
      if (status === "fulfilled") throw unavailable("The goods of this order have left already.");
      return { type: "stock-released" };
    },
    async fulfil(order, deadlineMs) {
      const status = await end(order, "fulfil", deadlineMs);
      if (status !== "fulfilled")
        throw unavailable("The hold of this order has ended before it was fulfilled.");
      return { type: "stock-fulfilled" };
    },
  };
};

export const catalogOf = (client: ServiceClient): Catalog => ({
  async lookup({ skus, ids }) {
    const query = new URLSearchParams([...skus.map((sku) => ["sku", sku]), ...ids.map((id) => ["id", id])]);
    const { data } = await client.call({
      method: "GET",
      path: `/internal/products/lookup?${query}`,
      answers: { 200: productsFoundSchema },
      deadlineMs: LOOKUP_DEADLINE_MS,
    });
    return data.items;
  },
});

export const usersOf = (client: ServiceClient): Users => ({
  async read(userId) {
    try {
      const { data } = await client.call({
        method: "GET",
        path: `/internal/users/${userId}`,
        answers: { 200: userSnapshotSchema },
        deadlineMs: LOOKUP_DEADLINE_MS,
      });
      return data;
    } catch (error) {
      if (isKioskError(error, "NOT_FOUND")) return null;
      throw error;
    }
  },
});

/** Paid on delivery: the shop takes every order, and nobody has to be asked. */
export const manualPayment: PaymentProvider = {
  name: "manual",
  atOnce: "approved",
  authorise: () => Promise.resolve("approved"),
};
