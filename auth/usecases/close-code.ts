import type { Challenge } from "../domain/challenge.ts";
import { deviceName, placeOf } from "../domain/device.ts";
import type { User } from "../domain/user.ts";
import type { Client, TransactionStores } from "./ports.ts";

interface CodeUse {
  readonly challenge: Pick<Challenge, "id" | "purpose">;
  readonly user: Pick<User, "id" | "timezone">;
  /** The session that began with the code, or in which it confirmed something. */
  readonly sessionId: string;
  readonly client: Client;
  readonly now: Date;
}

/** Says, as a part of the transaction that has taken the code, where it was used: its message in the chat will say so, too. */
export const tellOfUse = (
  { events }: Pick<TransactionStores, "events">,
  { challenge: { id: challengeId, purpose }, user, sessionId, client, now }: CodeUse,
): Promise<void> => {
  const { id: userId, timezone } = user;
  const where = { device: deviceName(client.userAgent), place: placeOf(client.ip) };
  const use = { sessionId, purpose, ...where, timezone };
  return events.append([{ type: "code.closed", challengeId, userId, use, at: now }]);
};

/** Says that too many wrong codes were typed, so that the right one is of no use any more. */
export const tellOfGuesses = (
  { events }: Pick<TransactionStores, "events">,
  { id: challengeId, userId }: { readonly id: string; readonly userId: string },
  now: Date,
): Promise<void> => events.append([{ type: "code.closed", challengeId, userId, use: null, at: now }]);
