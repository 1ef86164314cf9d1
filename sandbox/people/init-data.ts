import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { userJson } from "../bot-api/message-json.ts";
import type { Person } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { PersonError } from "./person-error.ts";
import { requireAccount } from "./writing.ts";

const START_PARAM = /^[A-Za-z0-9_-]{1,512}$/;
/** What stands before the 32 bytes of an Ed25519 private key in its DER form (RFC 8410, section 7). */
const ED25519_DER_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const ED25519_KEY_BYTES = 32;

export interface InitDataChoice {
  /** What the link to the Mini App carried in `startapp`. */
  startParam: string | null;
  /** How long ago the app was opened. */
  ageSeconds: number;
  /** Somebody else's id is put in after the signing. */
  tampered: boolean;
}

/** The key that a bot's init data are signed with (https://core.telegram.org/bots/webapps), in hexadecimal digits. */
export function webAppKeyOf(botToken: string): string {
  return createHmac("sha256", "WebAppData").update(botToken).digest("hex");
}

/** What init data are signed with: Telegram's two ways. */
export interface WebAppKeys {
  /** Known to the bot. */
  hmac: Buffer;
  /** Stands for Telegram's own key. It comes of the other one, so that it is the same after a restart. */
  ed25519: KeyObject;
  /** The public half, 32 bytes in hexadecimal digits, as Telegram publishes its own. */
  publicKey: string;
}

/** Both keys by the one that the bot knows, in hexadecimal digits. */
export function webAppKeysOf(webAppKey: string): WebAppKeys {
  const hmac = Buffer.from(webAppKey, "hex");
  const seed = createHmac("sha256", hmac).update("sandbox ed25519").digest();
  const der = Buffer.concat([ED25519_DER_HEAD, seed]);
  const ed25519 = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const published = createPublicKey(ed25519).export({ format: "der", type: "spki" });
  return { hmac, ed25519, publicKey: published.subarray(-ED25519_KEY_BYTES).toString("hex") };
}

/** A number of 64 bits that is the same for a person and the bot each time, as Telegram's is. */
function chatInstanceOf(person: Person, world: World): string {
  const digest = createHash("sha256").update(`${world.bot.id}:${person.id}`).digest();
  return String(digest.readBigInt64BE());
}

type Field = [name: string, value: string];

/** Fields as they are signed: by name, a line each. */
const linesOf = (fields: readonly Field[]): string =>
  fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

/**
 * What `Telegram.WebApp.initData` is for a person who has opened the bot's Mini App. Fails with VALIDATION on a start
 * parameter that no link can carry.
 */
export function initDataOf(world: World, person: Person, keys: WebAppKeys, choice: InitDataChoice): string {
  const { startParam, ageSeconds, tampered } = choice;
  requireAccount(person);
  if (startParam !== null && !START_PARAM.test(startParam))
    throw new PersonError("VALIDATION", "must be 1 to 512 characters of A-Z a-z 0-9 _ -", "/startParam");
  const { is_bot: _, ...user } = userJson(person);
  const allowsWriting = person.started && !person.blocked ? { allows_write_to_pm: true } : {};
  const fields: Field[] = [
    ["user", JSON.stringify({ ...user, ...allowsWriting })],
    ["chat_instance", chatInstanceOf(person, world)],
    ["chat_type", "sender"],
    ...(startParam === null ? [] : [["start_param", startParam] satisfies Field]),
    ["auth_date", String(unixSeconds(world.clock.now()) - ageSeconds)],
  ];
  // Telegram's own key signs for one bot, and not the hash; the bot's key signs the signature too.
  const forBot = Buffer.from(`${world.bot.id}:WebAppData\n${linesOf(fields)}`);
  fields.push(["signature", sign(null, forBot, keys.ed25519).toString("base64url")]);
  fields.push(["hash", createHmac("sha256", keys.hmac).update(linesOf(fields)).digest("hex")]);
  if (tampered) fields[0] = ["user", JSON.stringify({ ...user, ...allowsWriting, id: person.id + 1 })];
  return fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}
