/**
 * How the gateway reaches a service and how one service reaches another: a service is one fetch handler.
 * In one process it is called directly; across processes it is HTTP, to any of its addresses. It may reject (no connection)
 * and it answers problem+json for every failure of its own.
 */
export interface ServiceFetch {
  (request: Request): Promise<Response>;
  /**
   * What the service can say at once, out of memory, to the GET of somebody who sends no token; null: ask it by fetch, which says
   * the same. Only where it runs in this process.
   */
  readonly atHand?: (read: PublicRead) => AnswerAtHand | null;
}

/** A GET without a token, as far as its answer may depend on it. */
export interface PublicRead {
  /** With its query, as in the address: `/v1/products?limit=20`. */
  readonly path: string;
  readonly ifNoneMatch: string | null;
  /** For the log: what is at hand is answered outside of any request's context. */
  readonly requestId: string;
  /** When it came, by `performance.now()`: what takes a few microseconds need not ask the clock again. */
  readonly atMs: number;
}

/** An answer that is there already. */
export interface AnswerAtHand {
  readonly status: 200 | 304;
  /** Null with 304. */
  readonly body: string | null;
  readonly etag: string;
  /** The other headers: one of a few objects, the same with every answer of a kind, so that what is made of them can be kept. */
  readonly headers: Readonly<Record<string, string>>;
  /** The pattern of the route, for the metrics. */
  readonly route: string;
}

/**
 * The connection to one address of a service broke, while others are well: this call has failed, and what became of it is not
 * known, but the service is there. A breaker that guards the service does not count it.
 */
export class AddressFailed extends Error {
  override readonly name = "AddressFailed";

  constructor(cause: unknown) {
    super("One address of the service broke the connection.", { cause });
  }
}

/** No address of the service has taken the call: nothing was done, so it may be made again whatever it asks for. */
export class NotTaken extends Error {
  override readonly name = "NotTaken";

  constructor(cause: unknown) {
    super("No address of the service has taken the call.", { cause });
  }
}
