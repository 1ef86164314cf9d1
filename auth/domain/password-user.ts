import type { User } from "./user.ts";

/**
 * Somebody who registered with a password and has proved nothing yet: neither a phone nor a Telegram account, and the e-mail
 * address is what they say it is.
 */
export const newPasswordUser = (input: {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly now: Date;
}): User => ({
  id: input.id,
  version: 1,
  phone: null,
  telegramUserId: null,
  name: input.username,
  username: input.username,
  email: input.email,
  language: "en",
  timezone: "UTC",
  role: "customer",
  status: "active",
  phoneReleasedAt: null,
  createdAt: input.now,
  updatedAt: input.now,
  deletedAt: null,
});
