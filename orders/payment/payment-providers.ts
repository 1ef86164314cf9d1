import type { PaymentProviders } from "../usecases/ports.ts";
import { manualPayment } from "./manual-payment.ts";
import { simulatedPayment } from "./simulated-payment.ts";

/** Every provider, whether it is offered or not: an order stays with the one that it was placed with. */
export const createPaymentProviders = (stopping: AbortSignal): PaymentProviders => ({
  manual: manualPayment,
  simulated: simulatedPayment(stopping),
});
