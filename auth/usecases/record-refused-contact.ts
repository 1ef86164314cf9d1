import type { RefusedContact } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { Stores } from "./ports.ts";
import { recordRefusal } from "./record-refusal.ts";

/** Writes down that somebody shared a contact which proves nothing, and why. */
export const recordRefusedContact =
  ({ stores, clock }: { readonly stores: Pick<Stores, "users" | "audit">; readonly clock: Clock }) =>
  async ({ telegramUserId, problem }: RefusedContact): Promise<{ outcome: "recorded" }> => {
    await recordRefusal(stores, {
      ...{ kind: "contact-refused", at: clock.now(), telegramUserId, detail: problem },
    });
    return { outcome: "recorded" };
  };
