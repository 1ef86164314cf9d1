import type { Context } from "grammy";
import type { Clock } from "../../../shared/kernel/clock.ts";
import { OutcomeUnknown } from "../../usecases/outcome-unknown.ts";
import { agesWithItsMessage, readCallbackData } from "../callback-data.ts";
import { shortWordsOf } from "../refusals.ts";
import type { ButtonHandlers } from "./handlers.ts";
import { createTap, type Tap } from "./tap.ts";

export interface ButtonRouterOptions {
  readonly handlers: ButtonHandlers;
  readonly clock: Clock;
  /** Writes down what nobody expected. Answers a reference that stands in the log. */
  readonly note: (ctx: Context, error: unknown) => string;
}

const route = async (tap: Tap, handlers: ButtonHandlers): Promise<void> => {
  const action = readCallbackData(tap.ctx.callbackQuery?.data);
  if (action === null) return tap.answer(tap.texts().unknownButton);
  if (tap.stale && agesWithItsMessage(action.kind)) return tap.answer(tap.texts().chat.aged);
  await handlers[action.kind](tap, action);
  await tap.answer();
};

/** A tap on a button. Every tap is answered within a second: also one that fails, and one with data that no button of ours has. */
export const createButtonRouter =
  ({ handlers, clock, note }: ButtonRouterOptions) =>
  async (ctx: Context): Promise<void> => {
    const begun = createTap(ctx, clock);
    if (begun === null) return;
    const { tap, ended } = begun;
    try {
      await route(tap, handlers);
    } catch (error) {
      const { failedShort, outcomeUnknown } = tap.texts();
      const unexpected = error instanceof OutcomeUnknown ? outcomeUnknown : failedShort;
      const words = shortWordsOf(error, tap.texts()) ?? `${unexpected} (${note(ctx, error)})`;
      await tap.answer(words, { alert: true });
    } finally {
      ended();
    }
  };
