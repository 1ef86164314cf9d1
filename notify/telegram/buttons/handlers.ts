import type { ButtonKind, CallbackAction } from "../callback-data.ts";
import type { Tap } from "./tap.ts";

/** What a tap on a button of one kind does. It may fail: the router tells the person. One that answers nothing ends the spinner. */
export type ButtonHandler = (tap: Tap, action: CallbackAction) => Promise<void>;

/** Handlers of some kinds; a kind that no file handles does not compile. */
export type ButtonHandlers<Kind extends ButtonKind = ButtonKind> = Readonly<Record<Kind, ButtonHandler>>;
