/**
 * How the gateway reaches a service and how one service reaches another: a service is one fetch handler.
 * In one process it is called directly; across processes it is HTTP. It may reject (no connection) and it
 * answers problem+json for every failure of its own.
 */
export type ServiceFetch = (request: Request) => Promise<Response>;
