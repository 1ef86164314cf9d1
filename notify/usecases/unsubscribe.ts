import type { Clock } from "../../shared/kernel/clock.ts";
import { changed } from "../domain/preferences.ts";
import type { MailKeys } from "./channel-ports.ts";
import type { PreferenceStore } from "./preference-ports.ts";

export interface UnsubscribeDeps {
  readonly keys: Pick<MailKeys, "readUnsubscribeToken">;
  readonly preferences: Pick<PreferenceStore, "update">;
  readonly clock: Clock;
}

export interface Unsubscribe {
  isToken(token: string): boolean;
  /** No more advertising, on any channel, for whoever has a mail with this token. False for what is no token; again, it changes nothing. */
  end(token: string): Promise<boolean>;
}

const noMarketing = { kind: "category", category: "marketing", on: false } as const;

export const createUnsubscribe = ({ keys, preferences, clock }: UnsubscribeDeps): Unsubscribe => ({
  isToken: (token) => keys.readUnsubscribeToken(token) !== null,
  async end(token) {
    const userId = keys.readUnsubscribeToken(token);
    if (userId === null) return false;
    await preferences.update(userId, (before) => changed(before, noMarketing), clock.now());
    return true;
  },
});
