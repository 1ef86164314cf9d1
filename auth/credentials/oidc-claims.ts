import { z } from "zod";
import { type OidcIdentity, TELEGRAM } from "../domain/oidc.ts";
import { normalizePhone } from "../domain/phone.ts";

/** The scope by which a person lets the bot write to them (core.telegram.org/bots/telegram-login). */
const BOT_ACCESS = "telegram:bot_access";
/** Telegram's ids have 52 bits at most. */
const TELEGRAM_ID_MAX = 2 ** 52;
/** Longest subject (OpenID Connect Core 1.0, section 2). */
const SUBJECT_MAX = 255;
/** The rest of a longer name is not kept anyway; the cookie has no room for it. */
const NAME_MAX = 200;
const LANGUAGE_MAX = 35;

/** A claim that is there in some other shape is as good as none. */
const optionalText = (max: number) =>
  z
    .string()
    .transform((text) => text.slice(0, max))
    .optional()
    .catch(undefined);

const standardSchema = z.object({
  sub: z.string().min(1).max(SUBJECT_MAX),
  name: optionalText(NAME_MAX),
  given_name: optionalText(NAME_MAX),
  preferred_username: optionalText(NAME_MAX),
  locale: optionalText(LANGUAGE_MAX),
});

const telegramSchema = standardSchema.extend({
  /** The account; comes with the scope `profile`. */
  id: z.coerce.number().int().positive().max(TELEGRAM_ID_MAX),
  phone_number: optionalText(32),
  phone_number_verified: z.boolean().optional().catch(false),
});

type Standard = z.infer<typeof standardSchema>;

const nameOf = ({ name, given_name, preferred_username }: Standard): string =>
  name || given_name || preferred_username || "";

/** Reads whom verified claims are about; null where they do not say. `granted` are the scopes that the person agreed to. */
export type ReadClaims = (claims: unknown, granted: readonly string[]) => OidcIdentity | null;

/**
 * Of any provider only who it is. A phone makes an admin, so phones are taken from nobody but Telegram; addresses of mail are not
 * proved here either.
 */
export const readStandardClaims =
  (provider: string): ReadClaims =>
  (claims) => {
    const read = standardSchema.safeParse(claims);
    if (!read.success) return null;
    const { sub: subject, locale: language = null } = read.data;
    const name = nameOf(read.data);
    return { provider, subject, telegramId: null, name, language, phone: null, mayWrite: false };
  };

/** Telegram's own: the account's id beside the subject, which is opaque, and a phone that Telegram has verified. */
export const readTelegramClaims: ReadClaims = (claims, granted) => {
  const read = telegramSchema.safeParse(claims);
  if (!read.success) return null;
  const { sub: subject, id: telegramId, phone_number, phone_number_verified, locale } = read.data;
  const isProved = phone_number !== undefined && phone_number_verified !== false;
  return {
    provider: TELEGRAM,
    subject,
    telegramId,
    name: nameOf(read.data),
    language: locale ?? null,
    phone: isProved ? normalizePhone(phone_number) : null,
    mayWrite: granted.includes(BOT_ACCESS),
  };
};
