import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, KioskError, unavailable } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { type Locale, localeOf } from "../domain/locale.ts";
import {
  type AddressState,
  CODE_LIFE_MS,
  codeMailed,
  codeTyped,
  isConfirmed,
  isMailbox,
} from "../domain/mail-address.ts";
import type { MailAddressStore, MailKeys, MailWords, OutgoingMail } from "./channel-ports.ts";
import type { AuthService } from "./ports.ts";

export interface ConfirmAddressDeps {
  readonly auth: Pick<AuthService, "findUser">;
  readonly addresses: MailAddressStore;
  readonly keys: MailKeys;
  readonly words: Pick<MailWords, "code">;
  /** Mails a code, in its own time: it is kept nowhere, and one that is lost is asked for again. */
  readonly mailCode: (mail: OutgoingMail) => void;
  /**
   * Counts a code for the account and for the address, whoever asks. Answers how many seconds to wait where there were too many; null where there
   * were not. Fails with `UNAVAILABLE` where nobody can count.
   */
  readonly countCode: (userId: string, addressKey: string) => Promise<number | null>;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface AddressStanding {
  readonly state: AddressState;
  /** Until when the code counts that was mailed last; null where none is open. */
  readonly codeExpiresAt: Date | null;
}

const overLimit = (retryAfterSeconds: number): KioskError =>
  new KioskError("TRY_LATER", "Too many codes were mailed: ask again later.", {
    retryAfterSeconds,
  });

const addressOf = async ({ auth }: ConfirmAddressDeps, userId: string) => {
  const user = await auth.findUser(userId);
  if (user?.email == null)
    throw conflict("Your account has no e-mail address: set one with PATCH /v1/users/me first.");
  if (!isMailbox(user.email))
    throw conflict(
      "No mail can go to your account's address: set another one with PATCH /v1/users/me first.",
    );
  return { to: user.email, version: user.version, locale: localeOf(user.language) satisfies Locale };
};

/**
 * Begins to have mail sent to the account's address: a code goes there, and only that code switches it on. Where the address is confirmed already
 * nothing is sent. Fails with `CONFLICT` for an account without an address that mail can go to, with `TRY_LATER` where codes were mailed just now or too often,
 * and with `UNAVAILABLE` where auth does not answer.
 */
export const askForCode =
  (deps: ConfirmAddressDeps) =>
  async (userId: string): Promise<AddressStanding> => {
    const { addresses, keys, words, mailCode, countCode, clock, newId } = deps;
    const { to, version: userVersion, locale } = await addressOf(deps, userId);
    const addressKey = keys.addressKey(userId, to);
    const before = await addresses.find(userId);
    if (isConfirmed(before, addressKey)) return { state: "confirmed", codeExpiresAt: null };
    const code = keys.newCode();
    const mailed = { userId, addressKey, userVersion, codeKey: keys.codeKey(userId, code) };
    // Before anything is counted: who asks twice within a minute is told so.
    codeMailed(before, mailed, clock.now());
    const waitSeconds = await countCode(userId, keys.addressKey("", to));
    if (waitSeconds !== null) throw overLimit(waitSeconds);
    const now = clock.now();
    const known = await addresses.update(userId, (last) => codeMailed(last, mailed, now), now);
    if (known === null) throw unavailable("The account is being deleted.");
    mailCode(words.code({ id: newId(), to }, code, locale));
    return { state: "unconfirmed", codeExpiresAt: new Date(now.getTime() + CODE_LIFE_MS) };
  };

/** A code was typed by whoever asked for it. Fails with `OTP_INVALID`, and with `OTP_TOO_MANY` after five wrong ones. */
export const confirmAddress =
  ({ addresses, keys, clock }: Pick<ConfirmAddressDeps, "addresses" | "keys" | "clock">) =>
  async (userId: string, code: string): Promise<AddressStanding> => {
    const now = clock.now();
    const typedKey = keys.codeKey(userId, code);
    let verdict: ReturnType<typeof codeTyped>["verdict"] = "wrong";
    await addresses.update(
      userId,
      (known) => {
        if (known === null) return null;
        const typed = codeTyped(known, { matches: (codeKey) => keys.isSame(codeKey, typedKey) }, now);
        verdict = typed.verdict;
        return typed.address;
      },
      now,
    );
    switch (verdict as ReturnType<typeof codeTyped>["verdict"]) {
      case "confirmed":
        return { state: "confirmed", codeExpiresAt: null };
      case "used-up":
        throw new KioskError("OTP_TOO_MANY", "Too many wrong codes: ask for a new one.");
      case "wrong":
        throw new KioskError("OTP_INVALID", "This is not the code that was mailed, or it counts no more.");
    }
  };

/** No more mail: what is known of the address is forgotten. */
export const endMail =
  ({ addresses, clock }: Pick<ConfirmAddressDeps, "addresses" | "clock">) =>
  async (userId: string): Promise<void> => {
    await addresses.update(userId, () => null, clock.now());
  };
