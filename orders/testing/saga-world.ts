import { changedLines, changeOfLine } from "../domain/change-lines.ts";
import type { Actor, Order, OrderLine, OrderStatus } from "../domain/order.ts";
import { moveByHand, type OrderProcess, type Reaction, react } from "../domain/react.ts";
import { type Ask, initialSaga, isFinished, type SagaAnswer, type SagaInput } from "../domain/saga-state.ts";
import { assertMove, assertReadyFor } from "../domain/status.ts";
import { anOrder } from "./snapshots.ts";

type Units = Record<string, number>;
type Unfenced<Answer> = Answer extends unknown ? Omit<Answer, "version"> : never;

export const unitsOf = (lines: readonly OrderLine[]): Units =>
  Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity]));

/** Inventory as its contract says, for one order. */
class Inventory {
  status: "none" | "held" | "expired" | "released" | "fulfilled" | "returned" = "none";
  held: Units = {};
  revision = 0;
  passing = false;
  constructor(readonly free: Units) {}

  move(units: Units, sign: 1 | -1): void {
    for (const [sku, quantity] of Object.entries(units))
      this.free[sku] = (this.free[sku] ?? 0) + sign * quantity;
  }
  hold(wanted: Units, passing: boolean, revision: number): Unfenced<SagaAnswer> {
    const known = this.status === "held";
    if (!known && this.status !== "none") return { type: "hold-refused" };
    if (known && revision < this.revision) return { type: "hold-refused" };
    if (known) this.revision = revision;
    const short = Object.entries(wanted).filter(
      ([sku, units]) => units > (this.free[sku] ?? 0) + (this.held[sku] ?? 0),
    );
    if (short.length > 0)
      return {
        type: "stock-short",
        shortages: short.map(([sku, requested]) => ({ sku, requested, available: 0 })),
      };
    this.move(this.held, 1);
    this.move(wanted, -1);
    Object.assign(this, { status: "held", held: wanted, revision });
    this.passing = known ? this.passing && passing : passing;
    return { type: "stock-held" };
  }
  expire(): void {
    if (this.status === "held" && this.passing) this.end("expired");
  }
  end(status: "expired" | "released"): void {
    this.move(this.held, 1);
    this.held = {};
    this.status = status;
  }
  release(): Unfenced<SagaAnswer> {
    if (this.status === "held" || this.status === "none") this.end("released");
    const gone = this.status === "fulfilled" || this.status === "returned";
    return { type: gone ? "no-answer" : "stock-released" };
  }
  fulfil(): Unfenced<SagaAnswer> {
    if (this.status === "held") this.status = "fulfilled";
    return { type: this.status === "fulfilled" ? "stock-fulfilled" : "no-answer" };
  }
  takeBack(): Unfenced<SagaAnswer> {
    if (this.status === "fulfilled") {
      this.end("released");
      this.status = "returned";
    }
    return { type: this.status === "returned" ? "stock-returned" : "no-answer" };
  }
}

/** A payment provider as its port says: what it approved stays so, and a void forbids what comes after it. */
class Payments {
  mood: "approve" | "decline" | "hang" = "approve";
  state: "none" | "approved" | "declined" | "voided" = "none";
  authorise(): Unfenced<SagaAnswer> {
    const open = this.state === "none" || this.state === "declined";
    if (open && this.mood === "hang") return { type: "no-answer" };
    if (open) this.state = this.mood === "approve" ? "approved" : "declined";
    return { type: this.state === "approved" ? "payment-approved" : "payment-declined" };
  }
  void(): Unfenced<SagaAnswer> {
    this.state = "voided";
    return { type: "payment-voided" };
  }
}

const takeOne = <Message>(queue: Message[], which: number, keep: boolean): Message | undefined => {
  const index = which % Math.max(1, queue.length);
  return keep ? queue[index] : queue.splice(index, 1)[0];
};

const buyer: Actor = { kind: "user", id: "buyer" };
const staff: Actor = { kind: "staff", id: "staff" };
const at = new Date(0);

const twoLines = (): Order => {
  const unitPrice = { amountMinor: 100, currency: "USD" };
  const line = (sku: string): OrderLine => ({
    ...{ id: sku, sku, unitPrice },
    productId: sku,
    name: sku,
    quantity: 2,
  });
  return anOrder({ lines: [line("A"), line("B")], total: { amountMinor: 400, currency: "USD" } });
};

/** An ask on its way, with the units that it wants held: those of the order as it was when it was sent. */
interface Sent {
  readonly ask: Ask;
  readonly units: Units;
}

/** One order, its saga, the services around it and the messages between them, in whatever order they come. */
export class World {
  process: OrderProcess = { order: twoLines(), saga: initialSaga };
  readonly inventory: Inventory;
  readonly payments = new Payments();
  readonly asks: Sent[] = [];
  readonly answers: SagaAnswer[] = [];
  readonly verdicts: string[] = [];
  cancelled = false;
  /** Units that came into the shop while the order went on, and those that it began with. */
  readonly supplied: Units;

  constructor(
    stock: number,
    readonly prepaid: boolean,
  ) {
    this.inventory = new Inventory({ A: stock, B: stock });
    this.supplied = { A: stock, B: stock };
    this.put({ type: "placed", prepaid });
  }
  take(reaction: Reaction): void {
    this.process = { order: reaction.order, saga: reaction.saga };
    for (const { type } of reaction.events)
      if (type === "order.confirmed" || type === "order.rejected") this.verdicts.push(type);
    for (const ask of reaction.asks) {
      const { order } = reaction;
      const lines = ask.kind === "change-stock" ? changedLines(order, ask.change) : order.lines;
      this.asks.push({ ask, units: unitsOf(lines) });
    }
  }
  put(input: SagaInput): void {
    this.take(react(this.process, input, at));
  }
  ask({ ask, units }: Sent): SagaAnswer {
    return { ...this.perform(ask, units), version: ask.version };
  }
  perform(ask: Ask, units: Units): Unfenced<SagaAnswer> {
    switch (ask.kind) {
      case "reserve-stock":
        return this.inventory.hold(units, ask.ttlSeconds !== null, ask.version);
      case "secure-stock":
      case "change-stock":
        return this.inventory.hold(units, false, ask.version);
      case "release-stock":
        return this.inventory.release();
      case "fulfil-stock":
        return this.inventory.fulfil();
      case "return-stock":
        return this.inventory.takeBack();
      case "authorise-payment":
        return this.payments.authorise();
      case "void-payment":
        return this.payments.void();
      default:
        return ask satisfies never;
    }
  }
  /** What people want of the order; a refusal changes nothing. */
  wish(want: () => Reaction | null): void {
    let reaction: Reaction | null = null;
    try {
      reaction = want();
    } catch {
      return;
    }
    if (reaction !== null) this.take(reaction);
  }
  move(status: OrderStatus): void {
    this.wish(() => {
      const { order, saga } = this.process;
      assertMove(order.status, status, "staff");
      assertReadyFor(status, saga);
      if (status === "cancelled") this.cancelled = true;
      return moveByHand(this.process, { status, actor: staff, reason: null, at });
    });
  }
  change(lineId: string, quantity: number): void {
    this.wish(() => {
      const { order, saga } = this.process;
      const change = changeOfLine(order, saga, { lineId, quantity }, buyer);
      return change === null ? null : react(this.process, { type: "change-requested", change }, at);
    });
  }
  /**
   * Does one thing, as the numbers say. Answers may be kept, so that they come again; an ask comes again only when we
   * ask again, since nobody between us and the others repeats a call by itself.
   */
  act(what: number, which: number, keep: boolean): void {
    if (what <= 4) {
      const sent = takeOne(this.asks, which, false);
      if (sent !== undefined) this.answers.push(this.ask(sent));
    } else if (what <= 9) {
      const answer = takeOne(this.answers, which, keep);
      if (answer !== undefined) this.put(answer);
    } else if (what <= 15) this.disturb(what, which);
    else this.live(what, which);
  }
  disturb(what: number, which: number): void {
    if (what <= 12) this.put({ type: "due" });
    else if (what === 13) this.put({ type: "no-answer", version: this.process.saga.version });
    else if (what === 14 && which % 2 === 0) takeOne(this.asks, which, false);
    else if (what === 14) takeOne(this.answers, which, false);
    else this.inventory.expire();
  }
  live(what: number, which: number): void {
    const sku = which % 2 === 0 ? "A" : "B";
    if (what === 16) this.payments.mood = (["approve", "decline", "hang"] as const)[which % 3] ?? "hang";
    else if (what === 17) this.supply(sku, which % 3);
    else if (what <= 21) this.change(sku, which % 5);
    else if (what === 22) this.move("packed");
    else if (what === 23) this.move("shipped");
    else if (what === 24) this.move(which % 2 === 0 ? "delivered" : "returned");
    else if (which % 4 === 0) this.move("cancelled");
  }
  supply(sku: string, units: number): void {
    this.inventory.move({ [sku]: units }, 1);
    this.supplied[sku] = (this.supplied[sku] ?? 0) + units;
  }
  /**
   * From now on everything arrives, and what is left over from before arrives after it: in a shop that has plenty by
   * then, and with a provider that approves, so that whatever could take effect does.
   */
  settle(): void {
    const late = this.asks.splice(0);
    for (let round = 0; round < 12 && !isFinished(this.process.saga); round += 1) {
      this.put({ type: "due" });
      for (const sent of this.asks.splice(0)) this.put(this.ask(sent));
    }
    for (const sku of ["A", "B"]) this.supply(sku, 10);
    this.payments.mood = "approve";
    for (const sent of [...this.asks.splice(0), ...late]) this.put(this.ask(sent));
    for (const answer of this.answers) this.put(answer);
  }
}
