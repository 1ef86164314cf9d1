import { isUuid } from "../../shared/kernel/ids.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { locales } from "../domain/locale.ts";
import { groupCategories } from "../domain/preferences.ts";
import { isSkuRef } from "../domain/sku-ref.ts";
import { staffMoves } from "../domain/staff-card.ts";
import { preferenceChangeOf } from "./preference-data.ts";

// What a button of ours says when it is tapped: `<letters>[:<id>][:<argument>][:<version>]`, in 64 bytes. Anybody can send anything: role,
// ownership and version of what it names are checked where it is used.

interface Shape {
  readonly letters: string;
  /** What the id has to be; null where there is none. */
  readonly id: ((text: string) => boolean) | null;
  /** What an argument has to be; without it there is none. It holds no colon. */
  readonly argument?: (text: string) => boolean;
  /** It names the version of what its message showed. */
  readonly versioned?: true;
  /** Below a message that is older than a day it does nothing. */
  readonly ages?: true;
}

const isLocale = (text: string): boolean => (locales as readonly string[]).includes(text);

/** Units that one tap adds. */
export const ADDED_UNITS = [1, 5, 10] as const;

const isAddedUnits = (text: string): boolean => ADDED_UNITS.some((units) => String(units) === text);
/** A count of units as inventory takes them, or the number of a page. */
const isCount = (text: string): boolean => /^(0|[1-9][0-9]{0,9})$/.test(text);
const isSwitch = (text: string): boolean => text === "0" || text === "1";
const isStockList = (text: string): boolean => text === "low" || text === "all";

const isStaffMove = (text: string): boolean => (staffMoves as readonly string[]).includes(text);
const isGroupCategory = (text: string): boolean => (groupCategories as readonly string[]).includes(text);
/** `orders.catalog-events` */
const isQueue = (text: string): boolean => /^[a-z]{1,16}\.[a-z-]{1,40}$/.test(text);

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
  "staff-today": { letters: "kt", id: null },
  /** What is low, or everything; its argument is the page, from 0. */
  "stock-list": { letters: "kl", id: isStockList, argument: isCount },
  /** The card of a SKU, as a message of its own. */
  "stock-open": { letters: "ko", id: isSkuRef },
  /** The card in place of the message: “No”, below a question. */
  "stock-show": { letters: "kc", id: isSkuRef },
  /** Units that came. Of two taps both count, so it goes by no version. */
  "stock-add": { letters: "ka", id: isSkuRef, argument: isAddedUnits },
  "stock-set": { letters: "ks", id: isSkuRef },
  /** Its argument is what was counted. */
  "stock-set-sure": { letters: "ky", id: isSkuRef, argument: isCount, versioned: true },
  /** Its version is that of the change which is taken back. */
  "stock-undo": { letters: "ku", id: isSkuRef, versioned: true },
  /** `1`: no alerts for a while; `0`: alerts again. */
  "stock-snooze": { letters: "kz", id: isSkuRef, argument: isSwitch },
  /** The card of an order for the shop's people, at the end of the chat. */
  "staff-open": { letters: "wo", id: isUuid },
  "staff-claim": { letters: "wk", id: isUuid, versioned: true },
  "staff-release": { letters: "wl", id: isUuid, versioned: true },
  /** Brings the order into the status of its argument. */
  "staff-move": { letters: "wm", id: isUuid, argument: isStaffMove, versioned: true },
  /** Asks with what, or whether really. */
  "staff-ask": { letters: "wa", id: isUuid, argument: isStaffMove, versioned: true },
  /** Asks for words, which come as an answer. */
  "staff-words": { letters: "ww", id: isUuid, argument: isStaffMove, versioned: true },
  /** Cancels, for the reason of this number. */
  "staff-reason": { letters: "wr", id: isUuid, argument: isCount, versioned: true },
  /** “Back”, below a card's question. */
  "staff-keep": { letters: "wb", id: isUuid, versioned: true },
  /** Hands what is parked of a queue to its handler again. */
  "parked-replay": { letters: "wp", id: isQueue },
  /** Has all sagas that do not get on ask again. */
  "sagas-retry": { letters: "wy", id: null },
  /** What a group is told of. */
  "group-choice": { letters: "gc", id: isGroupCategory, argument: isSwitch },
} as const satisfies Record<string, Shape>;
export type ButtonKind = keyof typeof shapes;

export const buttonKinds = Object.keys(shapes) as readonly ButtonKind[];

export interface CallbackAction {
  readonly kind: ButtonKind;
  /** Empty for kinds without one. */
  readonly id: string;
  /** Empty for kinds without one. */
  readonly argument: string;
  /** Zero for kinds without one. */
  readonly version: number;
}

const shapeOf = (kind: ButtonKind): Shape => shapes[kind];
const kindsByLetters = new Map(buttonKinds.map((kind) => [shapeOf(kind).letters, kind]));
const VERSION = /^[1-9][0-9]{0,8}$/;

/** Bytes that the data of a button may have (Bot API, InlineKeyboardButton). */
export const CALLBACK_DATA_MAX = 64;

/** True for what does nothing below a message that is older than a day. */
export const agesWithItsMessage = (kind: ButtonKind): boolean => shapeOf(kind).ages === true;

/** What a button names beside its kind. */
export interface ButtonSubject {
  readonly id?: string;
  readonly argument?: string;
  readonly version?: number;
}

/** The data of a button that has an argument. */
export const buttonDataOf = (
  kind: ButtonKind,
  { id = "", argument = "", version = 0 }: ButtonSubject,
): string => {
  const shape = shapeOf(kind);
  return [
    shape.letters,
    ...(shape.id === null ? [] : [id]),
    ...(shape.argument === undefined ? [] : [argument]),
    ...(shape.versioned === true ? [String(version)] : []),
  ].join(":");
};

/** The data of a button without one. */
export const buttonData = (kind: ButtonKind, id = "", version = 0): string =>
  buttonDataOf(kind, { id, version });

/** `n:<challenge id>`: 38 of the 64 bytes that Telegram allows. */
export const notMeData = (challengeId: string): string => buttonData("not-me", challengeId);

/** `s:<session id>`, below the notice of a sign-in on a new device. */
export const notMySessionData = (sessionId: string): string => buttonData("not-my-session", sessionId);

/** Null for data that is none of ours. What an id may hold is read from the end: version and argument have no colon in them. */
export const readCallbackData = (data = ""): CallbackAction | null => {
  const [letters = "", ...rest] = data.split(":");
  const kind = kindsByLetters.get(letters);
  if (kind === undefined) return null;
  const shape = shapeOf(kind);
  const version = shape.versioned === true ? rest.pop() : undefined;
  if (shape.versioned === true && !VERSION.test(version ?? "")) return null;
  const argument = shape.argument === undefined ? "" : rest.pop();
  if (argument === undefined || (shape.argument?.(argument) ?? true) === false) return null;
  const id = rest.join(":");
  if (shape.id === null ? rest.length > 0 : rest.length === 0 || !shape.id(id)) return null;
  return { kind, id, argument, version: Number(version ?? 0) };
};
