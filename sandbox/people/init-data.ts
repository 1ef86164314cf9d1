import { createHash, createHmac } from "node:crypto";
import { userJson } from "../bot-api/message-json.ts";
import type { Person, World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { PersonError } from "./people.ts";

const START_PARAM = /^[A-Za-z0-9_-]{1,512}$/;

export interface InitDataChoice {
  /** What the link to the Mini App carried in `startapp`. */
  startParam: string | null;
  /** How long ago the app was opened. */
  ageSeconds: number;
}

/** The key that a bot's init data are signed with (https://core.telegram.org/bots/webapps), in hexadecimal digits. */
export function webAppKeyOf(botToken: string): string {
  return createHmac("sha256", "WebAppData").update(botToken).digest("hex");
}

/** A number of 64 bits that is the same for a person and the bot each time, as Telegram's is. */
function chatInstanceOf(person: Person, world: World): string {
  const digest = createHash("sha256").update(`${world.bot.id}:${person.id}`).digest();
  return String(digest.readBigInt64BE());
}

/**
 * What `Telegram.WebApp.initData` is for a person who has opened the bot's Mini App. Fails with VALIDATION on a start
 * parameter that no link can carry.
 */
export function initDataOf(world: World, person: Person, webAppKey: string, choice: InitDataChoice): string {
  const { startParam, ageSeconds } = choice;
  if (startParam !== null && !START_PARAM.test(startParam))
    throw new PersonError("VALIDATION", "must be 1 to 512 characters of A-Z a-z 0-9 _ -", "/startParam");
  const { is_bot: _, ...user } = userJson(person);
  const allowsWriting = person.started && !person.blocked ? { allows_write_to_pm: true } : {};
  const fields: [string, string][] = [
    ["user", JSON.stringify({ ...user, ...allowsWriting })],
    ["chat_instance", chatInstanceOf(person, world)],
    ["chat_type", "sender"],
    ...(startParam === null ? [] : [["start_param", startParam] as [string, string]]),
    ["auth_date", String(unixSeconds(world.clock.now()) - ageSeconds)],
  ];
  const signed = fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
  const hash = createHmac("sha256", Buffer.from(webAppKey, "hex")).update(signed).digest("hex");
  return [...fields, ["hash", hash]]
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`)
    .join("&");
}
