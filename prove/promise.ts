import type { PartName } from "../boot/config.ts";
import type { Shop, ShopFloor } from "../e2e/busy-shop.ts";
import type { LiveReader } from "../e2e/live-reader.ts";
import type { Databases } from "../e2e/shop-invariants.ts";
import type { Database } from "../shared/ports/database.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { Canary } from "../shared/testing/canary/canary.ts";
import type { ApiClient } from "../tools/client/api-client.ts";
import type { SignedIn } from "../tools/client/sign-in.ts";
import type { ServerName } from "./plan.ts";

/** `embedded`: one process on a PostgreSQL of the run's own. `real`: several processes on the servers of the environment. */
export const layouts = ["embedded", "real"] as const;
export type Layout = (typeof layouts)[number];

/** One request of a client and what it was told. One that is repeated is a record each time. Times are milliseconds since the run began. */
export interface CallRecord {
  readonly atMs: number;
  readonly tookMs: number;
  /** What for: `order`, `cancel`, `receipt`, `product` …, or the name that an act gave its client. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Null where no answer came: then nobody knows whether it was done. */
  readonly status: number | null;
  /** The problem's `code`, where the answer is one. */
  readonly code?: string;
  /** Idempotency-Key; the note of an order is its key. */
  readonly key?: string;
  readonly replayed?: boolean;
  readonly retryAfter?: string;
  /** Of an order: its id, and its status as it was told. */
  readonly orderId?: string;
  readonly orderStatus?: string;
  /** What was ordered, or received (then as one line with what was added). */
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  /** Text of an answer that was not 2xx, cut; or why there was none. */
  readonly said?: string;
}

export interface FaultRecord {
  readonly atMs: number;
  /** One of `faultKinds` in plan.ts. */
  readonly kind: string;
  /** What it struck: `postgres`, `rabbitmq`, `redis`, `telegram`, a service whose outbox it is, or the parts of a process, joined by `+`. */
  readonly target: string;
  /** Which crash point, or how. */
  readonly detail: string;
  /** Whether it came about: a crash point that nobody passed in time did not. */
  readonly struck: boolean;
  /** When it was over: the process up again, the line open. Null: never. */
  readonly endedAtMs: number | null;
  /** When the shop said again that it is ready, all consumers included. Null: not while anybody looked. */
  readonly recoveredAtMs: number | null;
}

/** An end of a process that nobody asked for: what was killed or stopped on purpose is not among them. */
export interface ProcessExit {
  readonly atMs: number;
  readonly part: string;
  readonly code: number;
}

/** A live stream that was open from before the first fault on. `orders`: by order id and version; `stock`: by SKU and the level's version. */
export interface NamedReader {
  readonly name: "orders" | "stock";
  /** Whose orders. */
  readonly buyer?: SignedIn;
  readonly reader: LiveReader<unknown>;
}

/** A message that the sandbox took from the bot, as the bot sent it. */
export interface Send {
  readonly chatId: number;
  readonly text: string;
}

/** Who listened for secrets: a folder to be searched as the suite's canary is. */
export interface Listening {
  readonly canary: Canary;
  readonly folder: string;
  /** The world of the codes: the shop's data folder. */
  readonly world: string;
}

/** The shop of a run, as acts and judges meet it. */
export interface ShopUnderProof extends Shop, ShopFloor, Databases {
  readonly layout: Layout;
  /** The first address of a part: its own, or the gateway's where all share one process. */
  urlOf(part: PartName): string;
  readonly internalToken: string;
  readonly sandboxToken: string;
  /** A server of the run's own for the sandbox, which no fault stops. */
  readonly sandboxUrl: string;
  /** Past all proxies, whatever is done to the lines that the processes use. */
  readonly databases: Readonly<Record<ServiceName, Database>>;
  /** Units that the load added to the stock after the start, by SKU; `unknown`: by calls that never got an answer. */
  readonly received: ReadonlyMap<string, { readonly told: number; readonly unknown: number }>;
  readonly readers: readonly NamedReader[];
  readonly exits: readonly ProcessExit[];
  readonly canary: Listening | null;
  /** Every message that was taken since the run began; chats themselves forget. */
  readonly sends: readonly Send[];
  /** Everything that the processes have printed so far, the dead ones included. */
  output(): string;
  /** The shop's API by a client whose calls are in the journal under this name. */
  recorded(name: string): ApiClient;
  /** Somebody new, signed in by the sandbox. */
  newcomer(firstName: string): Promise<SignedIn>;
  /**
   * Restarts the processes behind the gateway one after another, as a deploy does, and none any more once the signal aborts; absent
   * where one process is everything.
   */
  readonly deploy?: (signal: AbortSignal) => Promise<{ readonly restarts: number }>;
  /** Servers that the processes reach by lines that can be shut. */
  readonly servers: readonly ServerName[];
  /** Cuts one of them off from all processes while `work` runs, and comes back when the shop is ready again. */
  without(server: ServerName, work: () => Promise<void>): Promise<void>;
  /** What is cut off at this moment: `postgres`, `redis`, `rabbitmq`, `telegram`, or a part. */
  away(): readonly string[];
  /** Milliseconds since the run began. */
  now(): number;
}

/** What a run leaves to be judged. */
export interface Evidence {
  readonly seed: number;
  readonly calls: readonly CallRecord[];
  readonly faults: readonly FaultRecord[];
  /** By promise: what its act resolved with; `{ failed: message }` where it failed. */
  readonly acts: Readonly<Record<string, unknown>>;
  /** When the last fault was over. */
  readonly calmSinceMs: number;
  /** How long the settling took, from the last fault on. */
  readonly settledMs: number;
  readonly shop: ShopUnderProof;
}

export interface Finding {
  readonly what: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Verdict {
  /** Figures of time have their unit last: `worstMs`. */
  readonly counted: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** Why nothing could be said in this run; then there are no findings. */
  readonly notJudged?: string;
}

/** A way to break a promise on purpose. */
export interface Breach {
  /** The promise's name, or `name/what`. */
  readonly name: string;
  readonly says: string;
  /** Breaks the shop or the evidence, and answers what is to be judged. */
  breakIt(evidence: Evidence): Promise<Evidence>;
}

/** What has to be done on purpose for a promise to be judged. */
export interface Act {
  /** `calm`: one act after another, before the first fault and while people buy; `storm`: beside the faults. */
  readonly when: "calm" | "storm";
  /** Nobody else may ask for anything meanwhile. */
  readonly alone?: boolean;
  /** Longest that it may take; two minutes unless given. */
  readonly timeoutMs?: number;
  play(shop: ShopUnderProof, signal: AbortSignal): Promise<unknown>;
}

export interface ProvenPromise {
  /** Kebab-case: `never-oversold`. */
  readonly name: string;
  /** The sentence of the table. */
  readonly says: string;
  readonly act?: Act;
  /** Asked again while the shop settles: it reads and changes nothing. */
  judge(evidence: Evidence): Promise<Verdict>;
  readonly breaches: readonly [Breach, ...Breach[]];
}
