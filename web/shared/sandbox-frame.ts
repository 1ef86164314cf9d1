// The sandbox's page shows the shop beside the chat, once for each of its people. Every such frame is somebody's own browser: it keeps its
// session and its cart apart from all others, and asks the page around it for what a person would do on the phone.

/** The name of the frame that is a person's browser. Frames keep their names while they go from page to page. */
export const frameNameOf = (personId: number): string => `kiosk-person-${personId}`;
const FRAME_NAME = /^kiosk-person-([1-9]\d{0,15})$/;

/** The name of something that a browser keeps; each person of the sandbox has another one. */
export const keyOfPerson = (key: string, personId: number | null): string =>
  personId === null ? key : `${key}@${personId}`;

/** Any page may name its windows so; only one of this shop's own has such a frame. */
const isFramedByOurs = (): boolean => {
  try {
    return window.parent !== window && window.parent.location.origin === window.location.origin;
  } catch {
    return false;
  }
};

const personHere = (): number | null => {
  const match = FRAME_NAME.exec(window.name);
  return match === null || !isFramedByOurs() ? null : Number(match[1]);
};

/** Whose browser this is within the sandbox's page; null for an ordinary one. */
export const framedPerson: number | null = personHere();

/** Under which name this browser keeps something. */
export const ownKey = (key: string): string => keyOfPerson(key, framedPerson);

/** What a frame asks of the page around it. */
export type FrameWish =
  | { readonly kind: "kiosk.sign-in" }
  /** Open this link to the bot on the phone. */
  | { readonly kind: "kiosk.open-bot"; readonly link: string };

export const askAround = (wish: FrameWish): void => window.parent.postMessage(wish, window.location.origin);

/** A wish as it arrives; null for any other message. */
export const wishOf = (data: unknown): FrameWish | null => {
  if (typeof data !== "object" || data === null) return null;
  const { kind, link } = data as Partial<Record<string, unknown>>;
  if (kind === "kiosk.sign-in") return { kind };
  return kind === "kiosk.open-bot" && typeof link === "string" ? { kind, link } : null;
};
