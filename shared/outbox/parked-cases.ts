import type { ParkedCases } from "../http/parked-routes.ts";
import { dropParked, listParked, type ReplayDeps, replayParked } from "./parked.ts";
import { replayAllParked } from "./replay-all.ts";

/** All that can be done about the parked messages of a service. */
export const parkedCases = (deps: ReplayDeps): ParkedCases => ({
  list: (options) => listParked(deps.database.db, options),
  replay: replayParked(deps),
  replayAll: replayAllParked(deps),
  drop: dropParked(deps),
});
