/** What Telegram says when it opens a Mini App, in the hash of its address (docs.telegram-mini-apps.com, "Launch parameters"). */
export interface Launch {
  /** Signed by Telegram; the shop checks it, the page only passes it on. */
  readonly initData: string;
  /** Whom the page was opened for, by Telegram's word alone. */
  readonly userId: number | null;
  readonly theme: ThemeColours;
  readonly startParam: string | null;
}

/** Telegram's colours by its names, as `#rrggbb`. */
export type ThemeColours = Readonly<Record<string, string>>;

const COLOUR = /^#[0-9a-f]{6}$/i;

const parsed = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
};

/** The colours of a theme; what is none is left out. */
export const themeOf = (value: unknown): ThemeColours =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => COLOUR.test(String(entry[1]))),
      )
    : {};

const userIdOf = (initData: string): number | null => {
  const user = parsed(new URLSearchParams(initData).get("user"));
  const id = typeof user === "object" && user !== null ? (user as { id?: unknown }).id : null;
  return Number.isSafeInteger(id) ? (id as number) : null;
};

/** The launch that a hash tells of; null for one that is not Telegram's. */
export const launchOf = (hash: string): Launch | null => {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const initData = params.get("tgWebAppData");
  if (initData === null || initData === "") return null;
  return {
    initData,
    userId: userIdOf(initData),
    theme: themeOf(parsed(params.get("tgWebAppThemeParams"))),
    startParam: params.get("tgWebAppStartParam") ?? new URLSearchParams(initData).get("start_param"),
  };
};

/** Where a start parameter leads: `p_MUG-BLUE` to that product; null for any other. */
export const placeOf = (startParam: string | null): string | null => {
  const sku = /^p_([\w-]{1,62})$/.exec(startParam ?? "")?.[1];
  return sku === undefined ? null : `/p/${sku}`;
};

const CHANNELS = [1, 3, 5] as const;
const WEIGHTS = [0.299, 0.587, 0.114] as const;

/** Whether a colour is a dark one to the eye (Rec. 601 luma). */
export const isDark = (colour: string): boolean => {
  const light = CHANNELS.map(
    (at, index) => Number.parseInt(colour.slice(at, at + 2), 16) * (WEIGHTS[index] ?? 0),
  );
  return light.reduce((sum, part) => sum + part, 0) < 128;
};
