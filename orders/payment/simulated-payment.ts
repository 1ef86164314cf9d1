import { unavailable } from "../../shared/kernel/errors.ts";
import { pause } from "../../shared/runtime/retry.ts";
import type { Order } from "../domain/order.ts";
import type { PaymentDecision, PaymentProvider } from "../usecases/ports.ts";

const noAnswer = () => unavailable("The payment provider is not answering.");

/**
 * A provider for tests and demonstrations, without any state: it does what the order says, however often it is asked.
 * `hang` lets the deadline pass; once `stopping` has been aborted it gives up at once, so that nobody waits for it.
 */
export const simulatedPayment = (stopping: AbortSignal): PaymentProvider => ({
  name: "simulated",
  asked: true,
  async authorise({ payment }: Order, deadlineMs): Promise<PaymentDecision> {
    const outcome = payment.provider === "simulated" ? payment.outcome : "approve";
    switch (outcome) {
      case "approve":
        return "approved";
      case "decline":
        return "declined";
      case "hang":
        await pause(deadlineMs, stopping);
        throw noAnswer();
      default:
        return outcome satisfies never;
    }
  },
  void: () => Promise.resolve(),
});
