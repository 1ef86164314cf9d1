import type { Role } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { forbidden, notFound } from "../../shared/kernel/errors.ts";
import {
  type Category,
  categories,
  categoriesFor,
  changed,
  isOn,
  type PreferenceChange,
  type Preferences,
} from "../domain/preferences.ts";
import type { ChatStore } from "./ports.ts";
import type { PreferenceStore } from "./preference-ports.ts";

export interface PreferenceDeps {
  readonly preferences: PreferenceStore;
  readonly chats: Pick<ChatStore, "findByTelegram" | "findRecipient">;
  readonly clock: Clock;
  /** Something that was held back may be due. */
  readonly wake: () => void;
}

/** Channels that are not named stay as they are: who does not know of them takes none away. */
export type WantedPreferences = Omit<Preferences, "channels"> & {
  readonly channels?: Preferences["channels"] | undefined;
};

/** What a person is told of, and how. */
export interface Settings {
  readonly preferences: Preferences;
  /** Every category that they can choose. */
  readonly chosen: Readonly<Partial<Record<Category, boolean>>>;
  /** By which their quiet hours go. */
  readonly timezone: string;
}

const settingsOf = (role: Role, preferences: Preferences, timezone = "UTC"): Settings => ({
  preferences,
  chosen: Object.fromEntries(categoriesFor(role).map((category) => [category, isOn(category, preferences)])),
  timezone,
});

const timezoneOf = async ({ chats }: PreferenceDeps, userId: string): Promise<string | undefined> =>
  (await chats.findRecipient(userId, null))?.chat.timezone;

export const readPreferences =
  (deps: PreferenceDeps) =>
  async ({ userId, role }: Principal): Promise<Settings> => {
    const [preferences, timezone] = await Promise.all([
      deps.preferences.find(userId),
      timezoneOf(deps, userId),
    ]);
    return settingsOf(role, preferences, timezone);
  };

/**
 * Puts a person's choices in the place of those before; what is not named is as by default. Fails with `FORBIDDEN` for alerts that only the shop's
 * people get, and with `NOT_FOUND` for an account that was deleted.
 */
export const replacePreferences =
  (deps: PreferenceDeps) =>
  async ({ userId, role }: Principal, wanted: WantedPreferences): Promise<Settings> => {
    const own = categoriesFor(role);
    const foreign = categories.find((one) => wanted.choices[one] !== undefined && !own.includes(one));
    if (foreign !== undefined) throw forbidden(`Only the shop's people get ${foreign}: leave it out.`);
    const kept = await deps.preferences.update(
      userId,
      ({ channels }) => ({ ...wanted, channels: wanted.channels ?? channels }),
      deps.clock.now(),
    );
    if (kept === null) throw notFound("account");
    deps.wake();
    return settingsOf(role, kept, await timezoneOf(deps, userId));
  };

/** The same by a Telegram account. Null for one that has no user here. */
export const readPreferencesInChat =
  ({ preferences, chats }: PreferenceDeps) =>
  async (telegramUserId: number): Promise<Settings | null> => {
    const chat = await chats.findByTelegram(telegramUserId);
    if (chat === null || chat.state === "deleted") return null;
    return settingsOf(chat.role, await preferences.find(chat.userId), chat.timezone);
  };

/** Changes one thing. Null for a Telegram account that has no user here, and for a category that theirs cannot choose. */
export const changePreferencesInChat =
  ({ preferences, chats, clock, wake }: PreferenceDeps) =>
  async (telegramUserId: number, change: PreferenceChange): Promise<Settings | null> => {
    const chat = await chats.findByTelegram(telegramUserId);
    if (chat === null) return null;
    if (change.kind === "category" && !categoriesFor(chat.role).includes(change.category)) return null;
    const kept = await preferences.update(chat.userId, (before) => changed(before, change), clock.now());
    if (kept === null) return null;
    wake();
    return settingsOf(chat.role, kept, chat.timezone);
  };
