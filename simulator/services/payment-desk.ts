import type { Order } from "../../orders/domain/order.ts";
import { manualPayment } from "../../orders/payment/manual-payment.ts";
import type { PaymentDecision, PaymentProviders } from "../../orders/usecases/ports.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Life } from "../world/life.ts";
import type { World } from "../world/world.ts";

export type PaymentState = "approved" | "declined" | "voided";

/** The provider, outside of the shop: it never dies, and its answers do not always arrive. */
export interface PaymentDesk {
  /** What became of each order's payment; none for one that was never asked for. */
  readonly states: ReadonlyMap<string, PaymentState>;
  providersOf(life: Life): PaymentProviders;
}

const LATE_MS = 20_000;
const QUICK_MS = 30;

/**
 * A provider as `orders/usecases/ports.ts` wants it: idempotent by order id, what it approved stays so, and a void forbids what
 * comes after it. It may take its decision long after the caller has given up.
 */
export const createPaymentDesk = (world: World): PaymentDesk => {
  const { scheduler, dice, weather } = world;
  const states = new Map<string, PaymentState>();

  /** `null` is a decision of which nobody is told. */
  const ask = <Answer>(life: Life, deadlineMs: number, decide: () => Answer | null): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    life.later(deadlineMs, () => reject(unavailable("The payment provider is not answering.")));
    if (weather.strikes("request-lost")) return promise;
    const delayMs = weather.strikes("provider-hangs") ? dice.below(LATE_MS) : 1 + dice.below(QUICK_MS);
    scheduler.after(delayMs, () => {
      const answer = decide();
      if (answer !== null && !weather.strikes("answer-lost")) life.later(1, () => resolve(answer));
    });
    return promise;
  };
  const authorise = ({ id, payment }: Order): PaymentDecision | null => {
    const outcome = payment.provider === "simulated" ? payment.outcome : "approve";
    const known = states.get(id);
    if (known === undefined || known === "declined")
      states.set(id, outcome === "decline" ? "declined" : "approved");
    if (outcome === "hang") return null;
    return states.get(id) === "approved" ? "approved" : "declined";
  };
  return {
    states,
    providersOf: (life) => ({
      manual: manualPayment,
      simulated: {
        name: "simulated",
        asked: true,
        authorise: (order, deadlineMs) => ask(life, deadlineMs, () => authorise(order)),
        async void(order, deadlineMs) {
          await ask(life, deadlineMs, () => states.set(order.id, "voided"));
        },
      },
    }),
  };
};
