import { isUuid } from "../../shared/kernel/ids.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { locales } from "../domain/locale.ts";
import { preferenceChangeOf } from "./preference-data.ts";

// What a button of ours says when it is tapped: `<letters>[:<id>][:<argument>][:<version>]`, in 64 bytes. Anybody can send anything: role,
// ownership and version of what it names are checked where it is used.

interface Shape {
  readonly letters: string;
  /** What the id has to be; null where there is none. */
  readonly id: ((text: string) => boolean) | null;
  /** It names the version of what its message showed. */
  readonly versioned?: true;
  /** Below a message that is older than a day it does nothing. */
  readonly ages?: true;
}

const isLocale = (text: string): boolean => (locales as readonly string[]).includes(text);

/** Every kind of button. A new one is a row here and a handler in `buttons/`; letters are never given to another kind. */
const shapes = {
  "not-me": { letters: "n", id: isUuid },
  "not-my-session": { letters: "s", id: isUuid },
  "order-list": { letters: "ol", id: null },
  "order-show": { letters: "o", id: isUuid },
  "order-cancel": { letters: "oc", id: isUuid, versioned: true },
  "order-cancel-sure": { letters: "oy", id: isUuid, versioned: true },
  "order-repeat": { letters: "or", id: isUuid, versioned: true },
  "order-repeat-sure": { letters: "op", id: isUuid, versioned: true },
  /** “No”, below an order's question. */
  "order-keep": { letters: "ok", id: isUuid, versioned: true },
  "order-support": { letters: "ou", id: isUuid },
  notifications: { letters: "nt", id: null },
  language: { letters: "lg", id: isLocale },
  "log-out-sure": { letters: "lo", id: null, ages: true },
  "privacy-export": { letters: "px", id: null },
  "privacy-erase": { letters: "pe", id: null, ages: true },
  "privacy-erase-go": { letters: "pg", id: null, ages: true },
  "privacy-erase-sure": { letters: "py", id: null, ages: true },
  /** “No”, below a question of the account. */
  dismiss: { letters: "x", id: null },
  /** A choice of what one is told of. */
  preference: { letters: "pf", id: (text: string) => preferenceChangeOf(text) !== null },
  /** Below a message of the shop to many. */
  "marketing-off": { letters: "mo", id: null },
  "back-in-stock": { letters: "bs", id: isSku },
  "back-in-stock-off": { letters: "bx", id: isSku },
} as const satisfies Record<string, Shape>;
export type ButtonKind = keyof typeof shapes;

export const buttonKinds = Object.keys(shapes) as readonly ButtonKind[];

export interface CallbackAction {
  readonly kind: ButtonKind;
  /** Empty for kinds without one. */
  readonly id: string;
  /** Zero for kinds without one. */
  readonly version: number;
}

const shapeOf = (kind: ButtonKind): Shape => shapes[kind];
const kindsByLetters = new Map(buttonKinds.map((kind) => [shapeOf(kind).letters, kind]));
const VERSION = /^[1-9][0-9]{0,8}$/;

/** True for what does nothing below a message that is older than a day. */
export const agesWithItsMessage = (kind: ButtonKind): boolean => shapeOf(kind).ages === true;

/** The data of a button. */
export const buttonData = (kind: ButtonKind, id = "", version = 0): string => {
  const shape = shapeOf(kind);
  const parts = [shape.letters, ...(shape.id === null ? [] : [id])];
  return [...parts, ...(shape.versioned === true ? [String(version)] : [])].join(":");
};

/** `n:<challenge id>`: 38 of the 64 bytes that Telegram allows. */
export const notMeData = (challengeId: string): string => buttonData("not-me", challengeId);

/** `s:<session id>`, below the notice of a sign-in on a new device. */
export const notMySessionData = (sessionId: string): string => buttonData("not-my-session", sessionId);

/** Null for data that is none of ours. */
export const readCallbackData = (data = ""): CallbackAction | null => {
  const [letters = "", ...rest] = data.split(":");
  const kind = kindsByLetters.get(letters);
  if (kind === undefined) return null;
  const shape = shapeOf(kind);
  const version = shape.versioned === true ? rest.pop() : undefined;
  if (shape.versioned === true && !VERSION.test(version ?? "")) return null;
  const id = rest.join(":");
  if (shape.id === null ? rest.length > 0 : rest.length === 0 || !shape.id(id)) return null;
  return { kind, id, version: Number(version ?? 0) };
};
