import type { PendingUpdate } from "../state/records.ts";
import { isoNow, PENDING_UPDATES_LIMIT, type World } from "../state/world.ts";
import { UPDATE_KINDS, type UpdateKind } from "./types.ts";

/** Telegram keeps an update that nobody fetches for 24 hours (https://core.telegram.org/bots/api#getting-updates). */
const UPDATE_RETENTION_MS = 24 * 60 * 60 * 1_000;

/** `chat_member` has to be asked for by name (https://core.telegram.org/bots/api#getupdates). */
const SENT_BY_DEFAULT: readonly string[] = UPDATE_KINDS.filter((kind) => kind !== "chat_member");

/**
 * Queues an update for the bot, unless the bot asked for other kinds only; the filter acts when an update is made, so a
 * change of `allowed_updates` does not touch updates already queued.
 */
export function enqueueUpdate(
  world: World,
  kind: UpdateKind,
  chatId: number,
  payload: Record<string, unknown>,
): void {
  if (!(world.allowedUpdates ?? SENT_BY_DEFAULT).includes(kind)) return;
  const update = { update_id: world.nextIds.update++, [kind]: payload };
  const repeats = world.duplicatesAhead > 0 ? 1 : 0;
  world.duplicatesAhead -= repeats;
  world.pendingUpdates.push({ update, kind, chatId, createdAt: isoNow(world), repeats });
  if (world.pendingUpdates.length > PENDING_UPDATES_LIMIT) world.pendingUpdates.shift();
  world.changes.emit({ kind: "update" });
}

/**
 * Forgets every update below `offset`: asking for it says that the earlier ones were handled. One that is to be a
 * duplicate comes once more.
 */
export function confirmUpdates(world: World, offset: number): void {
  const firstKept = world.pendingUpdates.findIndex(({ update }) => update.update_id >= offset);
  const confirmed = firstKept === -1 ? world.pendingUpdates.length : firstKept;
  if (confirmed === 0) return;
  const handled = world.pendingUpdates.splice(0, confirmed);
  world.pendingUpdates.unshift(...handled.filter(isToRepeat));
  world.changes.emit({ kind: "settings" });
}

/** Whether an update that was handled is to be delivered once more; counts it down. */
export function isToRepeat(pending: PendingUpdate): boolean {
  pending.repeats -= 1;
  return pending.repeats >= 0;
}

/** Keeps only the newest `count` updates, as a negative offset asks for. */
export function keepNewestUpdates(world: World, count: number): void {
  world.pendingUpdates.splice(0, Math.max(0, world.pendingUpdates.length - count));
  world.changes.emit({ kind: "settings" });
}

export function dropPendingUpdates(world: World): void {
  world.pendingUpdates.length = 0;
  world.changes.emit({ kind: "settings" });
}

/** The oldest queued updates, at most `limit`, after those past their life were forgotten. */
export function pendingUpdates(world: World, limit: number): PendingUpdate[] {
  const oldestKept = world.clock.now().getTime() - UPDATE_RETENTION_MS;
  while (
    world.pendingUpdates[0] !== undefined &&
    Date.parse(world.pendingUpdates[0].createdAt) < oldestKept
  ) {
    world.pendingUpdates.shift();
  }
  return world.pendingUpdates.slice(0, limit);
}
