import type { Clock } from "../shared/kernel/clock.ts";
import type { NewId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { type BroadcastFeedRun, createBroadcastFeed } from "./broadcast-feed.ts";
import { broadcastWindow, type Paces } from "./domain/pace.ts";
import type { BroadcastDraftCases } from "./http/broadcast-routes.ts";
import type { BroadcastRunCases } from "./http/broadcast-run-routes.ts";
import { createBroadcastFeedStore } from "./store/broadcast-queue.ts";
import { createBroadcastStore } from "./store/broadcast-store.ts";
import { createBroadcast, listBroadcasts, readBroadcast } from "./usecases/broadcasts.ts";
import {
  deleteBroadcast,
  editBroadcast,
  startBroadcast,
  steerBroadcast,
} from "./usecases/change-broadcast.ts";
import { previewBroadcast, type Render, testBroadcast } from "./usecases/try-broadcast.ts";

export interface BroadcastCasesOptions {
  readonly database: Database;
  readonly paces: Paces;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  readonly render: Render;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

/** What the shop writes to many: over HTTP, and on its way into the queue. */
export const createBroadcastCases = (
  options: BroadcastCasesOptions,
): { readonly cases: BroadcastDraftCases & BroadcastRunCases; readonly feed: BroadcastFeedRun } => {
  const { database, paces, clock, newId, log, render, wake } = options;
  const broadcasts = createBroadcastStore(database);
  const feed = createBroadcastFeed({
    feed: createBroadcastFeedStore({ database, newId, window: broadcastWindow(paces) }),
    clock,
    log,
    onMoved: wake,
  });
  const { everyMs } = paces.token;
  const changing = { broadcasts, clock, everyMs, ring: feed.ring };
  return {
    feed,
    cases: {
      create: createBroadcast({ broadcasts, clock, newId }),
      list: listBroadcasts({ broadcasts }),
      read: readBroadcast({ broadcasts, everyMs }),
      edit: editBroadcast(changing),
      remove: deleteBroadcast(changing),
      preview: previewBroadcast({ broadcasts, render }),
      test: testBroadcast({ broadcasts, clock, newId, wake }),
      start: startBroadcast(changing),
      steer: steerBroadcast(changing),
    },
  };
};
