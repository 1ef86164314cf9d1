/** A chat whose menu has to be another. */
export interface MenuChange {
  readonly chatId: number;
  readonly userId: string;
  /** The commands of the shop's people, in this language (an IETF tag); null: no menu of its own any more. */
  readonly language: string | null;
}

/** Which chats have the menu of the shop's people, and which should. */
export interface MenuStore {
  /** Menus that are not as the roles, chats and languages of now want them. */
  outdated(now: Date, limit: number): Promise<MenuChange[]>;
  /** Telegram has it. */
  done(change: MenuChange): Promise<void>;
  /** Telegram has not taken it: not tried again before. */
  refused(change: MenuChange, retryAt: Date): Promise<void>;
}

/** Tells Telegram. `later`: nothing can be told now, to nobody. `refused`: of this chat not. */
export interface MenuSetter {
  set(change: MenuChange): Promise<"done" | "refused" | "later">;
}
