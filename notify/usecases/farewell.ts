import type { FarewellOutcome, FarewellRequest } from "../../shared/contracts/internal-people.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { SendResult } from "../domain/send-result.ts";
import type { Addressee, PaceStore } from "./delivery-ports.ts";

type Ended = Exclude<FarewellOutcome, "later">;

/** Last messages, each claimed before it is sent. */
export interface FarewellStore {
  /** `claimed` once for each erasure; after that what came of it (`unknown` while nobody knows). */
  claim(erasureId: string, now: Date): Promise<"claimed" | Ended>;
  /** It was surely not sent: it may be claimed again. */
  giveBack(erasureId: string): Promise<void>;
  record(erasureId: string, outcome: Ended): Promise<void>;
}

export interface SayFarewellDeps {
  readonly farewells: FarewellStore;
  readonly messenger: { sendFarewell(to: Addressee, erasureId: string): Promise<SendResult> };
  readonly pace: Pick<PaceStore, "spend" | "flooded">;
  readonly clock: Clock;
}

/**
 * Tells a person in their chat that everything is erased, once at most: a process that ends between the claim and the answer of
 * Telegram leaves it untold rather than told twice. It is kept nowhere.
 */
export const sayFarewell =
  ({ farewells, messenger, pace, clock }: SayFarewellDeps) =>
  async ({ erasureId, chatId, language }: FarewellRequest): Promise<{ outcome: FarewellOutcome }> => {
    const claim = await farewells.claim(erasureId, clock.now());
    if (claim !== "claimed") return { outcome: claim };
    void pace.spend(clock.now()).catch(() => undefined);
    const result = await messenger.sendFarewell({ chatId, language }, erasureId);
    if (result.kind === "retry" || result.kind === "wait") {
      await farewells.giveBack(erasureId);
      return { outcome: "later" };
    }
    const outcome: Ended = result.kind === "sent" || result.kind === "unknown" ? result.kind : "unreachable";
    await farewells.record(erasureId, outcome);
    return { outcome };
  };
