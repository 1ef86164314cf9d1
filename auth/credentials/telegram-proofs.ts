import {
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { z } from "zod";
import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import {
  authDateOf,
  checkString,
  fieldsOf,
  parseInitData,
  type TelegramFields,
} from "../domain/telegram-data.ts";
import type { ReadInitData, ReadWidget, TelegramProof } from "../usecases/telegram-ports.ts";

// Sources: core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app and core.telegram.org/widgets/login.

/** Telegram's own keys, which sign the init data of all bots. */
const PUBLIC_KEYS = {
  production: "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d",
  test: "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec",
} as const;
/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410). */
const ED25519_DER_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const HASH = /^[0-9a-f]{64}$/;
const SIGNATURE_BYTES = 64;
/** Telegram's ids have 52 bits at most. */
const TELEGRAM_ID_MAX = 2 ** 52;
const NAME_MAX = 256;
const USERNAME_MAX = 64;
const LANGUAGE_MAX = 35;

/** What init data are verified with: a key that is derived from the bot's token, or the bot's id and Telegram's key. */
export type MiniAppKey =
  | { readonly kind: "hmac"; readonly key: Buffer }
  | { readonly kind: "ed25519"; readonly botId: string; readonly environment: keyof typeof PUBLIC_KEYS };

const userSchema = z.object({
  id: z.int().positive().max(TELEGRAM_ID_MAX),
  is_bot: z.literal(false).optional(),
  first_name: z.string().max(NAME_MAX),
  last_name: z.string().max(NAME_MAX).optional(),
  username: z.string().max(USERNAME_MAX).optional(),
  language_code: z.string().max(LANGUAGE_MAX).optional(),
});

/** The person; null where the data name none, or a bot. */
const accountOf = (user: unknown): TelegramAccount | null => {
  const read = userSchema.safeParse(user);
  if (!read.success) return null;
  const { id, first_name, last_name, username, language_code } = read.data;
  return {
    id,
    firstName: first_name,
    lastName: last_name ?? null,
    username: username ?? null,
    languageCode: language_code ?? null,
  };
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The proof in fields that have been verified: `signed` is what the key has vouched for. */
const proofOf = (fields: TelegramFields, signed: string, user: unknown): TelegramProof | null => {
  const [account, authDate] = [accountOf(user), authDateOf(fields)];
  if (account === null || authDate === null) return null;
  return { account, authDate, fingerprint: createHash("sha256").update(signed).digest("base64url") };
};

/** What was signed with the key, as it is in `hash`; null where it was not. `signature` is signed as any other field. */
const signedWithHmac = (fields: TelegramFields, key: Buffer): string | null => {
  const hash = fields.get("hash") ?? "";
  if (!HASH.test(hash)) return null;
  const signed = checkString(fields, ["hash"]);
  const expected = createHmac("sha256", key).update(signed).digest();
  return timingSafeEqual(expected, Buffer.from(hash, "hex")) ? signed : null;
};

/** The bytes of a signature that is written as Telegram writes it, and in no other way. */
const signatureIn = (fields: TelegramFields): Buffer | null => {
  const text = (fields.get("signature") ?? "").replace(/=+$/, "");
  const bytes = Buffer.from(text, "base64url");
  return bytes.length === SIGNATURE_BYTES && bytes.toString("base64url") === text ? bytes : null;
};

/** What Telegram has signed for this bot; null where it has not. */
const signedByTelegram = (fields: TelegramFields, botId: string, publicKey: KeyObject): string | null => {
  const signature = signatureIn(fields);
  if (signature === null || !HASH.test(fields.get("hash") ?? "")) return null;
  const signed = `${botId}:WebAppData\n${checkString(fields, ["hash", "signature"])}`;
  return verify(null, Buffer.from(signed), publicKey, signature) ? signed : null;
};

const verifierOf = (by: MiniAppKey): ((fields: TelegramFields) => string | null) => {
  if (by.kind === "hmac") return (fields) => signedWithHmac(fields, by.key);
  const der = Buffer.concat([ED25519_DER_HEAD, Buffer.from(PUBLIC_KEYS[by.environment], "hex")]);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  return (fields) => signedByTelegram(fields, by.botId, publicKey);
};

/** Reads the init data of a Mini App. Nothing in them is looked at before they are known to be Telegram's. */
export const createInitDataReader = (by: MiniAppKey): ReadInitData => {
  const signedIn = verifierOf(by);
  return (text) => {
    const fields = parseInitData(text);
    const signed = fields === null ? null : signedIn(fields);
    if (fields === null || signed === null) return null;
    return proofOf(fields, signed, parsedJson(fields.get("user") ?? ""));
  };
};

/** Reads what the legacy login widget hands over. `key` is the SHA-256 of the bot's token. */
export const createWidgetReader =
  (key: Buffer): ReadWidget =>
  (given) => {
    const fields = fieldsOf(Object.entries(given).map(([name, value]) => [name, String(value)]));
    const signed = fields === null ? null : signedWithHmac(fields, key);
    if (fields === null || signed === null) return null;
    // The widget's own fields are those of a user, but for the id, which is a line of text where it is signed.
    return proofOf(fields, signed, { ...Object.fromEntries(fields), id: Number(fields.get("id")) });
  };
