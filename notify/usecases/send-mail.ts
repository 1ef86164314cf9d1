import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { ChannelResult } from "../domain/channel-result.ts";
import { QUIET_HOURS, SWITCHED_OFF } from "../domain/delivery.ts";
import { localeOf } from "../domain/locale.ts";
import { isConfirmed, isMailbox } from "../domain/mail-address.ts";
import { verdictOn } from "../domain/preferences.ts";
import type {
  ClaimedDelivery,
  MailAddressStore,
  Mailer,
  MailKeys,
  MailWords,
  OutgoingMail,
} from "./channel-ports.ts";
import type { AuthService } from "./ports.ts";
import type { PreferenceStore } from "./preference-ports.ts";

export interface SendMailDeps {
  readonly auth: Pick<AuthService, "findUser">;
  readonly preferences: Pick<PreferenceStore, "find">;
  readonly addresses: MailAddressStore;
  readonly keys: Pick<MailKeys, "addressKey">;
  readonly words: Pick<MailWords, "notice">;
  readonly mailer: Mailer;
  readonly clock: Clock;
}

const nobody = (reason: string): ChannelResult => ({ kind: "suppressed", reason });

interface Ready {
  readonly mail: OutgoingMail;
  readonly addressKey: string;
}

/** The mail, or why there is none. auth is asked each time: a mail goes to the address that the account has now, or nowhere. */
const prepare = async (deps: SendMailDeps, { delivery }: ClaimedDelivery): Promise<Ready | ChannelResult> => {
  const { auth, preferences, addresses, keys, words, clock } = deps;
  const { id, userId, notice } = delivery;
  const user = await auth.findUser(userId);
  if (user === null) return nobody("no such user");
  const to = user.email;
  if (to === null || !isMailbox(to)) {
    await addresses.keepOnly(userId, null, user.version);
    return nobody("no address");
  }
  const addressKey = keys.addressKey(userId, to);
  if (!isConfirmed(await addresses.find(userId), addressKey)) {
    await addresses.keepOnly(userId, addressKey, user.version);
    return nobody("the address is not confirmed");
  }
  const chosen = await preferences.find(userId);
  const now = clock.now();
  const verdict = verdictOn(notice, { preferences: chosen, timezone: user.timezone }, now);
  if (verdict.kind === "off") return nobody(SWITCHED_OFF);
  if (verdict.kind === "wait")
    return {
      kind: "retry",
      reason: QUIET_HOURS,
      afterSeconds: Math.ceil((verdict.until.getTime() - now.getTime()) / 1_000),
    };
  const locale = localeOf(chosen.language ?? user.language);
  return { mail: words.notice({ id, userId, to }, notice, locale), addressKey };
};

/**
 * Mails what was claimed to the person's confirmed address. What cannot be looked up now is surely not sent, and waits. An address of
 * which its server says that there is no such mailbox is written to no more, until it is confirmed anew.
 */
export const sendMail =
  (deps: SendMailDeps) =>
  async (claimed: ClaimedDelivery): Promise<ChannelResult> => {
    const ready = await prepare(deps, claimed).catch((error: unknown): ChannelResult => {
      if (!isKioskError(error, "UNAVAILABLE")) throw error;
      return { kind: "unready", reason: error.message };
    });
    if (!("mail" in ready)) return ready;
    const { userId } = claimed.delivery;
    const result = await deps.mailer.send(ready.mail);
    if (result.kind === "gone")
      await deps.addresses.update(
        userId,
        (known) =>
          known === null || !isConfirmed(known, ready.addressKey) ? known : { ...known, state: "bad" },
        deps.clock.now(),
      );
    return result;
  };
