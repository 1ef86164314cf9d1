import type { TeamCases } from "../team-cases.ts";
import type { ButtonHandlers } from "./handlers.ts";
import { forTeam } from "./team.ts";

/** The buttons below alerts of the services. */
export const operationsButtons = ({
  admit,
  operations,
}: TeamCases): ButtonHandlers<"parked-replay" | "sagas-retry"> => ({
  "parked-replay": forTeam(admit, "ops.replay", async (tap, { id }, as) => {
    const replayed = await operations.replay(as, id);
    await tap.answer(tap.texts().team.replayed(replayed), { alert: true });
  }),
  "sagas-retry": forTeam(admit, "ops.replay", async (tap, _action, as) => {
    const count = await operations.retryStuck(as);
    await tap.answer(tap.texts().team.retried(count), { alert: true });
  }),
});
