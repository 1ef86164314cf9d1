import type { EventOf } from "../../shared/contracts/events.ts";
import type { EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { CodeEnding } from "../domain/code-ending.ts";
import type { CodeMessageStore } from "../usecases/ports.ts";

export interface CodeEventsDeps {
  readonly codeMessages: (tx: Tx) => Pick<CodeMessageStore, "close">;
  /** There are messages of codes to be edited. */
  readonly wakeCodeCloser: () => void;
}

const endingOf = ({ time: at, data: { use } }: EventOf<"code.closed">): CodeEnding =>
  use === null ? { reason: "guessed" } : { reason: "used", ...use, at };

/** auth.events: codes that are of no use any more, so that their messages say so. */
export const onCodeEvents = ({ codeMessages, wakeCodeCloser }: CodeEventsDeps): EventHandlers => ({
  async "code.closed"(event, tx) {
    const { challengeId, userId } = event.data;
    const owner = { userId, now: new Date(event.time) };
    await codeMessages(tx).close(challengeId, endingOf(event), owner);
    return wakeCodeCloser;
  },
});
