import { DEVICE_MEMORY_MS, deviceKey, deviceName, placeOf } from "../domain/device.ts";
import type { Session } from "../domain/session.ts";
import type { User } from "../domain/user.ts";
import type { SeenDevice } from "./device-ports.ts";
import type { TransactionStores } from "./ports.ts";

/**
 * True where the account has signed in before, and not on this device of late. Of the first sign-in ever nobody needs to be told: the
 * person has just done it in the chat. To be asked before the session is stored, under the lock of the user's row: of any number of
 * sign-ins at once on one new device, one is new.
 */
export const isNewDevice = async (
  { devices }: Pick<TransactionStores, "devices">,
  { userId, device, now }: { readonly userId: string; readonly device: SeenDevice; readonly now: Date },
): Promise<boolean> => {
  const key = deviceKey(device);
  const seen = await devices.seenSince(userId, new Date(now.getTime() - DEVICE_MEMORY_MS));
  if (seen.some((other) => deviceKey(other) === key)) return false;
  return devices.hasSignedIn(userId);
};

/** Says that a session has begun on a new device, so that its owner is told. */
export const tellOfNewDevice = (
  { events }: Pick<TransactionStores, "events">,
  { id: sessionId, userAgent, ip, createdAt }: Session,
  { id: userId, timezone }: Pick<User, "id" | "timezone">,
): Promise<void> =>
  events.append([
    {
      type: "session.new-device",
      ...{ sessionId, userId, timezone, at: createdAt },
      ...{ device: deviceName(userAgent), place: placeOf(ip) },
    },
  ]);
