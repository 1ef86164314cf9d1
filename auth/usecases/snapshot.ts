import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type { User } from "../domain/user.ts";

/** A user as other services may know them. */
export const snapshotOf = (user: User): UserSnapshot => ({
  id: user.id,
  version: user.version,
  phone: user.phone,
  telegramUserId: user.telegramUserId,
  name: user.name,
  username: user.username,
  email: user.email,
  language: user.language,
  timezone: user.timezone,
  role: user.role,
  status: user.status,
  createdAt: user.createdAt.toISOString(),
});
