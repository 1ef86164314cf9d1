import { z } from "zod";
import type { Order } from "../../../orders/domain/order.ts";
import type { PaymentDecision, PaymentProvider } from "../../../orders/usecases/ports.ts";
import { unavailable } from "../../../shared/kernel/errors.ts";

export interface AcmeOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
}

const authorisationSchema = z.object({ state: z.enum(["authorised", "declined", "voided"]) });

const noAnswer = () => unavailable("The payment provider is not answering.");

/**
 * Card payments by Acme. The authorisation is named by the order's id, so to ask again is to ask for the same one, and one that was voided
 * is never given any more.
 */
export const acmePayment = ({ url, apiKey }: AcmeOptions): Pick<PaymentProvider, "authorise" | "void"> => {
  const call = async (method: "PUT" | "DELETE", order: Order, deadlineMs: number): Promise<Response> => {
    const response = await fetch(`${url}/authorisations/${order.id}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(method === "PUT" ? { body: JSON.stringify(order.total) } : {}),
      signal: AbortSignal.timeout(deadlineMs),
    }).catch(() => {
      throw noAnswer();
    });
    // Whatever is not a clear answer is none: the shop asks again, and in the end voids.
    if (!response.ok) throw noAnswer();
    return response;
  };
  return {
    async authorise(order, deadlineMs): Promise<PaymentDecision> {
      const response = await call("PUT", order, deadlineMs);
      const answer = authorisationSchema.safeParse(await response.json().catch(() => null));
      if (!answer.success) throw noAnswer();
      return answer.data.state === "authorised" ? "approved" : "declined";
    },
    async void(order, deadlineMs) {
      await call("DELETE", order, deadlineMs);
    },
  };
};
