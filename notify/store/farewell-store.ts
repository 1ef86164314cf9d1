import { eq } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { FarewellStore } from "../usecases/farewell.ts";
import { farewell } from "./schema.ts";

export const createFarewellStore = (db: Queryable): FarewellStore => ({
  async claim(erasureId, now) {
    const claimed = await db
      .insert(farewell)
      .values({ erasureId, claimedAt: now })
      .onConflictDoNothing()
      .returning({ id: farewell.erasureId });
    if (claimed.length > 0) return "claimed";
    const [row] = await db.select().from(farewell).where(eq(farewell.erasureId, erasureId));
    return row?.outcome ?? "unknown";
  },
  async giveBack(erasureId) {
    await db.delete(farewell).where(eq(farewell.erasureId, erasureId));
  },
  async record(erasureId, outcome) {
    await db.update(farewell).set({ outcome }).where(eq(farewell.erasureId, erasureId));
  },
});
