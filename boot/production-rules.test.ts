import { expect, test } from "bun:test";
import { assertProductionRules } from "./production-rules.ts";

const production = { NODE_ENV: "production", TELEGRAM_BOT_TOKEN: "1:token" };

test("simulated payments are refused in production, wherever they stand in the list", () => {
  for (const PAYMENT_PROVIDERS of ["simulated", "manual, simulated"]) {
    expect(() => assertProductionRules({ ...production, PAYMENT_PROVIDERS })).toThrow("PAYMENT_PROVIDERS");
    assertProductionRules({ PAYMENT_PROVIDERS });
  }
  assertProductionRules({ ...production, PAYMENT_PROVIDERS: "manual" });
  assertProductionRules(production);
});
