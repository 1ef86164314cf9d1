import { type KioskError, unavailable } from "../kernel/errors.ts";
import type { EventBus } from "../ports/event-bus.ts";
import { crashPoint } from "../runtime/crash-point.ts";
import type { Lease } from "./lease.ts";
import type { OutboxRows } from "./outbox-rows.ts";
import { createSendings, type OutboxRow } from "./sending.ts";

type Row = OutboxRow;
/** `more`: the batch was full. `late`: what is there is still being handled. `passive`: another relay publishes. */
export type Turn = "more" | "published" | "late" | "empty" | "passive";

/** What a relay does with its lease. */
export type RelayLease = Omit<Lease, "isTaken">;

export interface TurnOptions {
  readonly outbox: OutboxRows;
  readonly bus: EventBus;
  /** Events of one publish, at most. */
  readonly batchSize?: number | undefined;
}

/** Publishes one batch, if there is any; says whether the lease is kept when there is none. Rejects as the bus or the database does. */
export type TakeTurn = (afterwards: "keep" | "give-back") => Promise<Turn>;

/** Why the bus is known to take nothing; null when it may be tried. */
const refusalOf = (bus: EventBus): KioskError | null => {
  const { connected, blocked } = bus.state();
  if (!connected) return unavailable("The event bus cannot be reached just now.");
  return blocked ? unavailable("The event bus takes no messages just now.") : null;
};

/** Turns of one relay under its lease; asked for at once, they are taken one after the other. */
export const createTurn = ({ outbox, bus, batchSize = 500 }: TurnOptions, lease: RelayLease): TakeTurn => {
  const sendings = createSendings(bus);
  /** What has been handled is marked, whatever became of the others. */
  const settleFailed = async (handled: readonly Row[], left: readonly Row[]) => {
    await outbox.countFailure(left).catch(() => undefined);
    await outbox.markPublished(handled).catch(() => undefined);
  };
  const publishAndMark = async (rows: readonly Row[]) => {
    const sending = sendings.send(rows);
    try {
      crashPoint("outbox.publish.before");
      await lease.keep(sending.untilMostAreDone);
      crashPoint("outbox.publish.after");
    } catch (error) {
      await settleFailed(sending.handled(), sending.left());
      throw error;
    }
    // Both at one moment: what is handled between the two would be in neither.
    const handled = sending.handled();
    sending.leaveBehind(async (late, failed) => {
      if (failed) await settleFailed(sending.handledOf(late), sending.left());
      else await outbox.markPublished(late);
    });
    await outbox.markPublished(handled);
  };
  /** Says whether there is anything to do. An outage costs this read a turn: then nothing is taken, counted or written. */
  const mayPublish = async (): Promise<"free" | "empty" | "passive"> => {
    const refusal = refusalOf(bus);
    if (lease.held && refusal === null) return "free";
    const seen = await outbox.look();
    if (seen === "free" && refusal !== null) throw refusal;
    return seen;
  };
  /** There is nothing to read. What was held back from the read keeps the outbox from being empty, also if it is over by now. */
  const rest = async (afterwards: "keep" | "give-back", held: readonly string[]): Promise<Turn> => {
    if (held.length > 0) return "late";
    if (afterwards === "give-back") await lease.release();
    return "empty";
  };
  const turn = async (afterwards: "keep" | "give-back"): Promise<Turn> => {
    const seen = await mayPublish();
    if (seen === "empty") sendings.nothingIsOld();
    if (seen !== "free") return seen;
    if (!(await lease.take())) return "passive";
    const held = sendings.lateAggregates();
    const found = await outbox.read(batchSize, held);
    const rows = sendings.oldFirst(found);
    if (rows.length === 0) return rest(afterwards, held);
    await publishAndMark(rows);
    return rows.length < found.length || found.length === batchSize ? "more" : "published";
  };
  // The loop and `drain` share one holder: they take turns.
  let last: Promise<unknown> = Promise.resolve();
  return (afterwards) => {
    const run = () => turn(afterwards);
    const mine = last.then(run, run);
    last = mine;
    return mine;
  };
};
