import pg from "pg";
import type { Listening } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { within } from "../runtime/retry.ts";
import { databaseUnreachable, isConnectionFailure, toFailure } from "./postgres-failure.ts";

/** A connection that fell silent (a cut without a FIN) is noticed within this time plus the query timeout. */
const HEARTBEAT_MS = 10_000;
const FIRST_RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 5_000;

interface ListenerOptions {
  readonly config: pg.ClientConfig;
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  readonly log: Logger;
}

/**
 * Listens on one channel over a connection of its own and comes back by itself, with growing pauses, when that is
 * lost. Fails with `UNAVAILABLE` only when the first connection cannot be made.
 */
export async function openListener(options: ListenerOptions): Promise<Listening> {
  const listener = new Listener(options);
  await listener.open();
  return {
    ask: (statement, timeoutMs) => listener.ask(statement, timeoutMs),
    close: () => listener.close(),
  };
}

/** As pg says it, so that it is known for what it is. */
const late = () => new Error("Query read timeout");

class Listener {
  readonly #options: ListenerOptions;
  #client: pg.Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_RECONNECT_MS;
  #closed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.#closed = true;
      throw databaseUnreachable(error);
    }
  }

  async ask(statement: string, timeoutMs: number): Promise<Record<string, unknown> | undefined> {
    const client = this.#client;
    if (client === undefined) {
      throw databaseUnreachable(new Error("The connection that listens is away."));
    }
    try {
      const { rows } = await within(client.query<Record<string, unknown>>(statement), timeoutMs, late);
      return rows[0];
    } catch (error) {
      if (isConnectionFailure(error)) {
        this.#lost(client);
      }
      throw toFailure(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#options.config);
    client.on("error", () => this.#lost(client));
    client.on("end", () => this.#lost(client));
    client.on("notification", ({ payload }) => this.#notify(payload ?? ""));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(this.#options.channel)}`);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    if (this.#closed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#pauseMs = FIRST_RECONNECT_MS;
    this.#beatLater(client);
  }

  #lost(client: pg.Client): void {
    if (this.#closed || this.#client !== client) {
      return;
    }
    this.#client = undefined;
    clearTimeout(this.#timer);
    this.#options.log.debug("listening was interrupted", { channel: this.#options.channel });
    void client.end().catch(() => undefined);
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    if (this.#closed) {
      return;
    }
    const pauseMs = this.#pauseMs * (0.5 + Math.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_RECONNECT_MS);
    this.#timer = setTimeout(() => void this.#reconnect(), pauseMs);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
    } catch {
      this.#reconnectLater();
      return;
    }
    if (this.#client !== undefined) {
      this.#notify("");
    }
  }

  #beatLater(client: pg.Client): void {
    this.#timer = setTimeout(() => void this.#beat(client), HEARTBEAT_MS);
  }

  async #beat(client: pg.Client): Promise<void> {
    try {
      await client.query("SELECT 1");
    } catch {
      this.#lost(client);
      return;
    }
    if (this.#client === client) {
      this.#beatLater(client);
    }
  }

  #notify(payload: string): void {
    try {
      this.#options.onNotify(payload);
    } catch (error) {
      this.#options.log.error("a listener failed", { channel: this.#options.channel, error });
    }
  }
}
