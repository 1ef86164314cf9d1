import { KioskError } from "../../shared/kernel/errors.ts";

/** `bad`: a mail server has said that there is no such mailbox. Only `confirmed` is written to. */
export const addressStates = ["unconfirmed", "confirmed", "bad"] as const;
export type AddressState = (typeof addressStates)[number];

/** How long a mailed code counts: people look for it in other folders. */
export const CODE_LIFE_MS = 30 * 60_000;
/** Between two codes to one account. */
export const CODE_PAUSE_MS = 60_000;
/** Wrong codes, after which none counts. */
export const CODE_TRIES_MAX = 5;

const MAILBOX = /^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,255}$/;

/** True for one mailbox, and no more than that: what goes into a header must be nothing else. */
export const isMailbox = (text: string): boolean => MAILBOX.test(text);

/** Where a person's mail goes, as far as it is known here. `addressKey` and `codeKey` are keyed hashes. */
export interface MailAddress {
  readonly userId: string;
  readonly addressKey: string;
  readonly state: AddressState;
  readonly userVersion: number;
  readonly codeKey: string | null;
  readonly codeExpiresAt: Date | null;
  readonly tries: number;
  readonly codeSentAt: Date | null;
}

export interface MailedCode {
  readonly userId: string;
  readonly addressKey: string;
  readonly userVersion: number;
  readonly codeKey: string;
}

/** True where this address is written to already. */
export const isConfirmed = (known: MailAddress | null, addressKey: string): boolean =>
  known !== null && known.state === "confirmed" && known.addressKey === addressKey;

/** A code goes to the address. Fails with `TRY_LATER` where the last one went out just before, to whatever address of the account. */
export const codeMailed = (known: MailAddress | null, code: MailedCode, now: Date): MailAddress => {
  const pauseMs = (known?.codeSentAt?.getTime() ?? 0) + CODE_PAUSE_MS - now.getTime();
  if (known?.codeSentAt != null && pauseMs > 0)
    throw new KioskError("TRY_LATER", "A code was mailed just now: look for it, or ask again in a minute.", {
      retryAfterSeconds: Math.ceil(pauseMs / 1_000),
    });
  return {
    ...code,
    state: "unconfirmed",
    codeExpiresAt: new Date(now.getTime() + CODE_LIFE_MS),
    tries: 0,
    codeSentAt: now,
  };
};

export type CodeVerdict = "confirmed" | "wrong" | "used-up";

/** A code was typed: what it means, and the address as it is then. The sixth try means nothing, right or wrong. */
export const codeTyped = (
  known: MailAddress,
  typedKey: { readonly matches: (codeKey: string) => boolean },
  now: Date,
): { readonly verdict: CodeVerdict; readonly address: MailAddress } => {
  const { codeKey, codeExpiresAt, tries } = known;
  if (codeKey === null || codeExpiresAt === null || codeExpiresAt <= now)
    return { verdict: "wrong", address: known };
  if (tries >= CODE_TRIES_MAX) return { verdict: "used-up", address: known };
  if (!typedKey.matches(codeKey)) return { verdict: "wrong", address: { ...known, tries: tries + 1 } };
  const address: MailAddress = { ...known, state: "confirmed", codeKey: null, codeExpiresAt: null, tries: 0 };
  return { verdict: "confirmed", address };
};
