import type { PartName } from "../../boot/config.ts";
import type { Shop } from "../../e2e/busy-shop.ts";
import type { Databases } from "../../e2e/shop-invariants.ts";
import type { TcpProxy } from "../../shared/testing/tcp-proxy.ts";
import type { KioskProcess } from "../../tools/kiosk-process.ts";
import type { Scene, ServerName } from "../plan.ts";
import type { Layout } from "../promise.ts";

/** A process that is not ready by then is ended, and tried again: a machine that is busy needs minutes for seven of them. */
export const READY_TIMEOUT_MS = 180_000;

/** A server of the run's own. */
export interface MortalServer {
  /**
   * Ends it, by SIGKILL or as an operator does (of PostgreSQL alone: the others are always killed), and starts it again after so long.
   * Resolves when it answers.
   */
  blow(how: "killed" | "restarted", forMs: number): Promise<void>;
}

/** Where a run takes place: processes of Kiosk, their servers, and the lines between them. */
export interface Stage extends Shop, Databases {
  readonly layout: Layout;
  readonly scene: Scene;
  urlOf(part: PartName): string;
  readonly lines: ReadonlyMap<ServerName, TcpProxy>;
  readonly servers: ReadonlyMap<ServerName, MortalServer>;
  /** The processes as they were started at first, in the order of the scene. */
  readonly processes: readonly KioskProcess[];
  /** Starts a process of the scene anew, at its address. */
  start(nth: number, env: Readonly<Record<string, string>>): Promise<KioskProcess>;
  /** Ends and removes everything that was made for it. */
  close(): Promise<void>;
}

/** How a process is called in a report: its parts, or `all`. */
export const nameOf = (parts: readonly PartName[]): string => (parts.length > 3 ? "all" : parts.join("+"));
