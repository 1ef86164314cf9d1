import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import type { AuthService, BindStore, LinkOutcome } from "./ports.ts";

/** How long a chat that was asked for its contact may take to share it. */
const BIND_LIFE_MS = 600_000;

export interface OpenLinkDeps {
  readonly auth: AuthService;
  readonly binds: BindStore;
  readonly clock: Clock;
}

/**
 * A person opened the bot by a sign-in link. Never signs anybody in: at most auth sends a code, which has to be typed where
 * the sign-in began. Fails with `UNAVAILABLE` when auth does not answer.
 */
export const openLink =
  ({ auth, binds, clock }: OpenLinkDeps) =>
  async (nonce: string, account: TelegramAccount): Promise<LinkOutcome> => {
    const outcome = await auth.openLink(nonce, account);
    if (outcome === "contact-needed")
      await binds.expect(account.id, new Date(clock.now().getTime() + BIND_LIFE_MS));
    return outcome;
  };
