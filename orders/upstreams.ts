import { z } from "zod";
import { userSnapshotSchema } from "../shared/contracts/events.ts";
import {
  productsFoundSchema,
  reservationEndedSchema,
  reservationHeldSchema,
  reservationShortSchema,
} from "../shared/contracts/internal-api.ts";
import { isKioskError, unavailable } from "../shared/kernel/errors.ts";
import { crashPoint } from "../shared/runtime/crash-point.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { Catalog, Inventory, UpstreamAnswer, Users } from "./usecases/ports.ts";

/** What placing an order may wait for where a replica does not know a product or a user yet. */
const LOOKUP_DEADLINE_MS = 1_000;

/** The hold of this order has ended and inventory gives it no other, or a later hold is known already. */
const refusedSchema = z.object({ code: z.literal("CONFLICT") });
const holdAnswerSchema = z.union([reservationHeldSchema, reservationShortSchema, refusedSchema]);

const holdAnswer = (data: z.infer<typeof holdAnswerSchema>): UpstreamAnswer => {
  if (!("code" in data)) return { type: "stock-held" };
  if (data.code === "CONFLICT") return { type: "hold-refused" };
  return { type: "stock-short", shortages: data.shortages };
};

const pathOf = (orderId: string, action = ""): string => `/internal/reservations/${orderId}${action}`;

/** An ask whose answer a crash may lose, on the way there or back. */
const asked = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  crashPoint("orders.ask.before");
  const answer = await ask();
  crashPoint("orders.ask.after");
  return answer;
};

type Ending = "release" | "fulfil" | "return";

/**
 * Inventory by its internal routes. Holding is tried once a call: the saga counts its attempts, since one whose answer
 * was lost may still take effect later.
 */
export const inventoryOf = (client: Pick<ServiceClient, "call">): Inventory => {
  const end = async (orderId: string, ending: Ending, deadlineMs: number): Promise<string> => {
    const { data } = await asked(() =>
      client.call({
        method: "POST",
        path: pathOf(orderId, `/${ending}`),
        answers: { 200: reservationEndedSchema },
        idempotent: true,
        deadlineMs,
      }),
    );
    return data.status;
  };
  return {
    async hold({ orderId, lines, ttlSeconds, revision }, deadlineMs) {
      const { data } = await asked(() =>
        client.call({
          method: "PUT",
          path: pathOf(orderId),
          body: { lines, ttlSeconds, revision },
          answers: { 200: holdAnswerSchema, 409: holdAnswerSchema },
          idempotent: false,
          deadlineMs,
        }),
      );
      return holdAnswer(data);
    },
    async release(orderId, deadlineMs) {
      const status = await end(orderId, "release", deadlineMs);
      if (status === "fulfilled") throw unavailable("The goods of this order have left already.");
      return { type: "stock-released" };
    },
    async fulfil(orderId, deadlineMs) {
      const status = await end(orderId, "fulfil", deadlineMs);
      if (status !== "fulfilled")
        throw unavailable("The hold of this order has ended before it was fulfilled.");
      return { type: "stock-fulfilled" };
    },
    async takeBack(orderId, deadlineMs) {
      const status = await end(orderId, "return", deadlineMs);
      if (status !== "returned")
        throw unavailable("The goods of this order have not left: none can come back.");
      return { type: "stock-returned" };
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
