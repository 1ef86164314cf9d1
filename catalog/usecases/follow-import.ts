import type { ImportProgress, ImportReads } from "./import-ports.ts";

/** How far an import is, asked again so often where no sign comes: also how its death is noticed. */
const LOOK_EVERY_MS = 2_000;

/** Signs that an import has got on, from all instances. Some may be lost. */
export interface ImportSigns {
  /** Answers how to stop. */
  follow(id: string, onSign: () => void): () => void;
}

export interface FollowImportDeps {
  readonly reads: Pick<ImportReads, "progressOf">;
  readonly signs: ImportSigns;
  /** Calls back again and again; answers how to stop. */
  readonly every: (ms: number, work: () => void) => () => void;
}

/**
 * Tells how far an import is, now and whenever that has changed, until it has ended. One that has not begun is waited for. `onEnd`
 * comes once, after the last state; a look that fails is made up for by the next. Answers how to stop.
 */
export const followImport =
  ({ reads, signs, every }: FollowImportDeps) =>
  (id: string, onState: (progress: ImportProgress) => void, onEnd: () => void): (() => void) => {
    let [told, looking, again, over] = ["", false, false, false];
    const stop = () => {
      over = true;
      unfollow();
      unwatch();
    };
    const tell = (progress: ImportProgress) => {
      const text = JSON.stringify({ ...progress, progressAt: null });
      if (over || text === told) return;
      told = text;
      onState(progress);
      if (progress.state === "running") return;
      stop();
      onEnd();
    };
    const look = async () => {
      again = true;
      if (looking) return;
      looking = true;
      while (again && !over) {
        again = false;
        const progress = await reads.progressOf(id).catch(() => null);
        if (progress !== null) tell(progress);
      }
      looking = false;
    };
    const unfollow = signs.follow(id, () => void look());
    const unwatch = every(LOOK_EVERY_MS, () => void look());
    void look();
    return stop;
  };

export type FollowImport = ReturnType<typeof followImport>;
