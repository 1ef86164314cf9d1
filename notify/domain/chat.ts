/** A user as far as notify needs to know them: a replica, kept by version. */
export interface Chat {
  readonly userId: string;
  /** `group`: a group of the shop's people, with an id of its own and nobody behind it. Missing: a person's private chat. */
  readonly kind?: "private" | "group";
  /** The private chat, which has the id of the Telegram account; null without Telegram. */
  readonly chatId: number | null;
  /** `blocked`: the person has stopped the bot. `deleted`: the account is gone, the row keeps old news out. */
  readonly state: "active" | "blocked" | "deleted";
  readonly language: string;
  /** A name of the IANA database. */
  readonly timezone: string;
  readonly role: "customer" | "staff" | "admin";
  readonly userVersion: number;
}
