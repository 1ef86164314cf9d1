import type { Limits } from "../shared/ports/limits.ts";
import type { ExchangeLimit } from "./usecases/telegram-ports.ts";

/**
 * Exchanges over the shared counters. A rule against replay and no budget against load, so `RATE_LIMITS=off` does not lift it.
 */
export const createExchangeLimit = (limits: Limits): ExchangeLimit => ({
  take: async (budget, fingerprint) => (await limits.consume(budget, fingerprint)).allowed,
});
