import type { AuditEntry, Stores } from "./ports.ts";

/** Something was refused to a Telegram account, or to nobody that we know of (null). */
export type Refusal = Pick<AuditEntry, "at" | "challengeId" | "ip" | "userAgent"> & {
  readonly kind: Extract<AuditEntry["kind"], "sign-in-refused" | "contact-refused">;
  readonly telegramUserId: number | null;
  /** Why, in words for the log. */
  readonly detail: string;
};

/** Writes a refusal down, with the account that the Telegram account has, so that it stands among what happened to that. */
export const recordRefusal = async (
  { users, audit }: Pick<Stores, "users" | "audit">,
  refusal: Refusal,
): Promise<void> => {
  const { telegramUserId } = refusal;
  const user = telegramUserId === null ? null : await users.findByTelegramId(telegramUserId);
  await audit.append([{ ...refusal, userId: user?.id ?? null }]);
};
