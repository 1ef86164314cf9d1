import { presentOutcome } from "../../orders/http/present.ts";
import { createPaymentProviders } from "../../orders/payment/payment-providers.ts";
import { createOrderStore } from "../../orders/store/order-store.ts";
import { inventoryOf } from "../../orders/upstreams.ts";
import { advanceSaga } from "../../orders/usecases/advance-saga.ts";
import { sweepSagas } from "../../orders/usecases/sweep-sagas.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { Database } from "../../shared/ports/database.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { createBatcher } from "../../shared/runtime/batcher.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { createServiceClient } from "../../shared/runtime/service-client.ts";

export interface SweeperOptions {
  readonly database: Database;
  readonly inventory: ServiceFetch;
  readonly internalToken: string;
  readonly log: Logger;
}

/** One sweep of the orders service, to be run when a test says so and not by a timer. A payment that hangs costs no time. */
export const createSweeper = ({ database, inventory, internalToken, log }: SweeperOptions) => {
  const clock = systemClock;
  const stopping = AbortSignal.abort();
  const orders = createOrderStore({
    database,
    groupCommit: (run) => createBatcher({ run, batchMax: 100, queueMax: 1_000 }),
    currentRequest: () => undefined,
    announce: () => undefined,
  });
  const client = createServiceClient({ service: "inventory", fetch: inventory, internalToken, clock });
  const present = presentOutcome;
  const advance = advanceSaga({
    ...{ orders, present, clock, log, pause, stopping },
    inventory: inventoryOf(client),
    payments: createPaymentProviders(stopping),
  });
  return sweepSagas({ orders, advance, present, clock, stopping, log });
};
