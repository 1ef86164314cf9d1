import type { SQL } from "drizzle-orm";
import type { ServiceName } from "../../shared/runtime/service.ts";
import type { Breach, CallRecord, Evidence, ShopUnderProof } from "../promise.ts";

/** Breaks a promise by statements in a service's database, past all of its rules but its CHECKs. */
export const inDatabase =
  (service: ServiceName, ...statements: readonly SQL[]): Breach["breakIt"] =>
  async (evidence) => {
    for (const statement of statements) await evidence.shop.databases[service].db.execute(statement);
    return evidence;
  };

/** The evidence as it would be of a shop that differs in these members. */
export const withShop = (evidence: Evidence, changed: Partial<ShopUnderProof>): Evidence => ({
  ...evidence,
  shop: { ...evidence.shop, ...changed },
});

/** The evidence with one more call in its journal. */
export const withCall = (evidence: Evidence, call: CallRecord): Evidence => ({
  ...evidence,
  calls: [...evidence.calls, call],
});
