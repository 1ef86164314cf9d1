/**
 * How the gateway reaches a service and how one service reaches another: a service is one fetch handler.
 * In one process it is called directly; across processes it is HTTP, to any of its addresses. It may reject (no connection)
 * and it answers problem+json for every failure of its own.
 */
export type ServiceFetch = (request: Request) => Promise<Response>;

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
