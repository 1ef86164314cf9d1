/** A group as the bot meets it. */
export interface NewGroup {
  /** Used where the group is not known yet. */
  readonly groupId: string;
  /** Negative, as all of Telegram's groups. */
  readonly chatId: number;
  /** In which alerts are written there: an IETF tag. */
  readonly language: string;
}

/** Groups that alerts go to. Each change answers the id of the group that it changed, null where it changed none. */
export interface GroupStore {
  /** Null for a group that nobody has made one of ours. */
  find(chatId: number): Promise<{ readonly groupId: string; readonly isActive: boolean } | null>;
  /** From now on alerts go there; a group that was lost is the one that it was before. */
  open(group: NewGroup, now: Date): Promise<string | null>;
  /** No more alerts: nothing of the group is kept but its id. */
  end(chatId: number, now: Date): Promise<string | null>;
  /** It cannot be written to until somebody makes it one of ours again. Answers it once, however many find out. */
  lose(chatId: number, now: Date): Promise<string | null>;
}
