import { z } from "zod";
import { orderCardSchema, staffOrderSchema } from "../shared/contracts/internal-api.ts";
import { isKioskError } from "../shared/kernel/errors.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { CardOrders } from "./usecases/fill-cards.ts";
import type { SeenOrder, StaffOrderDesk } from "./usecases/staff-order-ports.ts";

const timelineSchema = z.object({
  items: z.array(
    z.object({
      actor: z.object({ kind: z.enum(["user", "staff", "system"]), id: z.string().nullable() }),
      what: z.string(),
    }),
  ),
});

const pathOf = (orderId: string, below = ""): string => `/v1/orders/${encodeURIComponent(orderId)}${below}`;
const ifMatch = ({ version }: SeenOrder) => ({ "if-match": `"${version}"` });

/** Orders, by the routes for the shop's people. */
export const createStaffOrderDesk = (orders: ServiceClient): StaffOrderDesk => {
  const claimRoute =
    (method: "PUT" | "DELETE"): StaffOrderDesk["claim"] =>
    async ({ token }, order) => {
      const { data } = await orders.call({
        method,
        path: pathOf(order.id, "/claim"),
        bearer: token,
        headers: ifMatch(order),
        answers: { 200: staffOrderSchema },
      });
      return data;
    };
  return {
    async read({ token }, orderId) {
      const path = pathOf(orderId);
      const { data } = await orders.call({
        ...{ method: "GET", path, bearer: token },
        answers: { 200: staffOrderSchema },
      });
      return data;
    },
    async timeline({ token }, orderId) {
      const path = pathOf(orderId, "/timeline");
      const { data } = await orders.call({
        ...{ method: "GET", path, bearer: token },
        answers: { 200: timelineSchema },
      });
      return data.items;
    },
    async move({ token }, order, { to, reason, idempotencyKey }) {
      const { data } = await orders.call({
        method: "PATCH",
        path: pathOf(order.id, "/status"),
        bearer: token,
        headers: { ...ifMatch(order), "idempotency-key": idempotencyKey },
        body: { status: to, ...(reason === null ? {} : { reason }) },
        answers: { 200: staffOrderSchema },
      });
      return data;
    },
    claim: claimRoute("PUT"),
    release: claimRoute("DELETE"),
  };
};

/** Orders as the inside reads them, for cards of whatever chat. */
export const createCardOrders = (orders: ServiceClient): CardOrders => ({
  async readForCard(orderId) {
    try {
      const { data } = await orders.call({
        method: "GET",
        path: `/internal/orders/${encodeURIComponent(orderId)}`,
        answers: { 200: orderCardSchema },
      });
      return data;
    } catch (error) {
      if (isKioskError(error, "NOT_FOUND")) return null;
      throw error;
    }
  },
});
