import type { Clock } from "../../shared/kernel/clock.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { changed, type GroupCategory, groupCategories, isOn } from "../domain/preferences.ts";
import { type AnnounceDeps, type Announced, announceToAdmins } from "./announce.ts";
import type { GroupStore } from "./group-ports.ts";
import type { ChatStore } from "./ports.ts";
import type { PreferenceStore } from "./preference-ports.ts";

/** What a group wants to be told of. */
export type GroupChoices = Readonly<Record<GroupCategory, boolean>>;

export interface GroupsDeps {
  readonly groups: GroupStore;
  readonly preferences: PreferenceStore;
  readonly chats: Pick<ChatStore, "moveChat">;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Runs within a transaction, and then tells who waits for what was put into the queue. */
  readonly announcing: (
    work: (deps: AnnounceDeps, groups: GroupStore) => Promise<Announced | null>,
  ) => Promise<void>;
}

const choicesOf = async ({ preferences }: GroupsDeps, groupId: string): Promise<GroupChoices> => {
  const chosen = await preferences.find(groupId);
  const [orderAlerts, stockAlerts, operations] = groupCategories.map((category) => isOn(category, chosen));
  return {
    orderAlerts: orderAlerts === true,
    stockAlerts: stockAlerts === true,
    operations: operations === true,
  };
};

/** Groups that alerts go to. Who may say so is asked before: an admin of the shop, by their own Telegram account. */
export const createGroups = (deps: GroupsDeps) => {
  const { groups, preferences, chats, clock, newId, announcing } = deps;
  return {
    /** From now on alerts go there. Answers what it is told of; null where the chat is somebody's own. */
    async begin(chatId: number, language: string): Promise<GroupChoices | null> {
      const groupId = await groups.open({ groupId: newId(), chatId, language }, clock.now());
      return groupId === null ? null : choicesOf(deps, groupId);
    },

    /** False where none went there. */
    end: async (chatId: number): Promise<boolean> => (await groups.end(chatId, clock.now())) !== null,

    /** Chooses one thing; again, it changes nothing. Null for a group that alerts do not go to. */
    async choose(chatId: number, category: GroupCategory, on: boolean): Promise<GroupChoices | null> {
      const group = await groups.find(chatId);
      if (group?.isActive !== true) return null;
      const change = { kind: "category", category, on } as const;
      const kept = await preferences.update(group.groupId, (before) => changed(before, change), clock.now());
      return kept === null ? null : choicesOf(deps, group.groupId);
    },

    /** The bot was removed, or may not write there: nothing more is sent, and the admins are told, once however many find out. */
    lose: (chatId: number): Promise<void> =>
      announcing(async (announce, stored) => {
        const now = clock.now();
        const groupId = await stored.lose(chatId, now);
        if (groupId === null) return null;
        return announceToAdmins(announce)(`group-lost:${groupId}:${now.getTime()}`, {
          template: "group-lost",
          groupId,
        });
      }),

    /** It has become a supergroup, which has another id. */
    async move(from: number, to: number): Promise<void> {
      await chats.moveChat(from, to, clock.now());
    },
  };
};

export type Groups = ReturnType<typeof createGroups>;
