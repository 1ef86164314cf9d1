import { newId } from "../../shared/kernel/ids.ts";
import type { Service } from "../../shared/runtime/service.ts";
import type { PlannedOrder, Step } from "./plan.ts";
import { called } from "./producers.ts";

interface OrderBody {
  readonly id: string;
  readonly lines: readonly { readonly id: string }[];
}

const paymentOf = (payment: PlannedOrder["payment"]) =>
  payment === "manual" ? payment : { provider: "simulated", outcome: payment };

/** What is refused is told to nobody: a change for which there is too little stock, and a step that was done by a lost attempt. */
const take = (orders: Service, { id, lines }: OrderBody, step: Step, buyer: string, staff: string) => {
  const path = `/v1/orders/${id}`;
  switch (step.kind) {
    case "change-line":
      return called(orders, "PATCH", `${path}/lines/${lines[0]?.id}`, {
        ...{ token: buyer, body: { quantity: step.quantity }, expected: [200, 409] },
      });
    case "move":
      return called(orders, "PATCH", `${path}/status`, {
        ...{ token: staff, body: { status: step.to }, expected: [200, 409] },
      });
    case "cancel":
      return called(orders, "POST", `${path}/cancel`, {
        ...{ token: buyer, body: { reason: "Ordered by mistake" }, expected: [200, 409] },
      });
    default:
      return step satisfies never;
  }
};

/** Places an order and, where it was confirmed, does with it what is planned. */
export const placeAndMove = async (
  orders: Service,
  { lines, payment, steps }: PlannedOrder,
  buyerId: string,
  staff: string,
): Promise<void> => {
  const buyer = `customer.${buyerId}`;
  const { status, body } = await called<OrderBody>(orders, "POST", "/v1/orders", {
    ...{ token: buyer, body: { lines, payment: paymentOf(payment) }, expected: [201, 202, 409] },
    headers: { "idempotency-key": newId() },
  });
  if (status !== 201) return;
  for (const step of steps) await take(orders, body, step, buyer, staff);
};
