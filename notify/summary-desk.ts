import { z } from "zod";
import { moneySchema } from "../shared/contracts/money.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import { shownStatuses } from "./domain/order-status.ts";
import type { SummaryDesk } from "./usecases/shop-today.ts";

const summarySchema = z.object({
  count: z.int().nonnegative(),
  byStatus: z.partialRecord(z.enum(shownStatuses), z.int().nonnegative()),
  revenue: z.array(moneySchema),
});

/** All orders, by the route for the shop's people. */
export const createSummaryDesk = (orders: ServiceClient): SummaryDesk => ({
  async readSummary({ token }, { from, to }) {
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    const { data } = await orders.call({
      method: "GET",
      path: `/v1/orders/summary?${query}`,
      bearer: token,
      answers: { 200: summarySchema },
    });
    return data;
  },
});
