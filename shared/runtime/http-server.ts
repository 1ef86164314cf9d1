import type { Server } from "bun";
import { problemResponse } from "../http/problem.ts";
import { invalid, KioskError } from "../kernel/errors.ts";
import type { ClientAddress } from "./client-address.ts";
import type { LongLived } from "./lifecycle.ts";
import { pause } from "./retry.ts";
import { createSocketDoor, type Seat, type Sockets } from "./web-sockets.ts";

/**
 * Longest wait for the rest of a request, and of a connection for its next request. Bun (1.4.5) does not count a body that comes by
 * drips as something that happens, and closes a head that does within 12 s by itself.
 */
const REQUEST_TIMEOUT_SECONDS = 30;
/** The same once there is nothing more to come from the client: streams send something more often, long polls last 50 s. */
const ANSWER_TIMEOUT_SECONDS = 120;
/** How long `stop` waits for requests in flight: as long as any of them may take. */
const DRAIN_MS = 5_000;
/** For the last bytes of the last answers, before what is still open (streams) is cut. */
const FLUSH_MS = 50;

/** The port is taken: says which and what to do. */
export class PortInUse extends Error {
  override readonly name = "PortInUse";

  constructor(host: string, port: number, variable: string) {
    super(
      `Port ${port} on ${host} is in use. Stop what runs there, or choose another: ${variable}=${port + 1000}`,
    );
  }
}

export interface HttpServerOptions {
  readonly name: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The variable that sets the port, for the message when it is taken. */
  readonly portVariable: string;
  readonly bodyMaxBytes: number;
  /** Longest wait for the rest of a request; `REQUEST_TIMEOUT_SECONDS` by default. Bun counts in steps of four. */
  readonly requestTimeoutSeconds?: number;
  readonly fetch: (request: Request, clientIp: string) => Promise<Response>;
  /** Who is calling; whoever is connected by default. */
  readonly clientAddress?: ClientAddress;
  /** Whose bodies or answers may take longer than `REQUEST_TIMEOUT_SECONDS`: the handler bounds them itself. Nobody's by default. */
  readonly mayBeSlow?: (request: Request) => boolean;
  /** Where WebSockets are taken; nowhere without it. */
  readonly sockets?: Sockets;
  /** Asked before anything else, for answers that are there already; null where there is none. */
  readonly atHand?: (request: Request) => Response | null;
}

export interface HttpServer extends LongLived {
  /** Where it listens, such as `http://127.0.0.1:3000`; only after `start`. */
  readonly url: string;
}

/** Requests whose answer has not begun. */
const createInFlight = () => {
  let count = 0;
  let onIdle: (() => void) | null = null;
  return {
    async track<Answer>(answer: Promise<Answer>): Promise<Answer> {
      count += 1;
      try {
        return await answer;
      } finally {
        count -= 1;
        if (count === 0) onIdle?.();
      }
    },
    idle: () =>
      new Promise<void>((resolve) => {
        if (count === 0) resolve();
        else onIdle = resolve;
      }),
  };
};

/** No body is to come. */
const isAllThere = ({ headers }: Request): boolean =>
  !headers.has("content-length") && !headers.has("transfer-encoding");

const refuse = (error: KioskError): Response => problemResponse(error, crypto.randomUUID());

/**
 * Puts a fetch handler on a port. `start` fails with `PortInUse`. `stop` takes no more, waits for the answers in flight, then
 * cuts what is left: streams and sockets, which their clients open again elsewhere.
 */
export const createHttpServer = (options: HttpServerOptions): HttpServer => {
  const {
    name,
    host,
    port,
    portVariable,
    bodyMaxBytes,
    fetch,
    atHand = () => null,
    mayBeSlow = () => false,
    requestTimeoutSeconds = REQUEST_TIMEOUT_SECONDS,
    clientAddress = (_headers, remote) => remote,
  } = options;
  const inFlight = createInFlight();
  const door = createSocketDoor(options.sockets ?? null);
  let server: Server<Seat> | null = null;

  const answer = async (request: Request, bun: Server<Seat>): Promise<Response | undefined> => {
    const clientIp = clientAddress(request.headers, bun.requestIP(request)?.address ?? "unknown");
    // A `Host` that is none makes an address that nothing could read.
    if (!URL.canParse(request.url)) return refuse(invalid("/headers/host", "must be a host name"));
    if (isAllThere(request) || mayBeSlow(request)) bun.timeout(request, ANSWER_TIMEOUT_SECONDS);
    return door.wants(request) ? door.upgrade(request, clientIp, bun) : fetch(request, clientIp);
  };

  const listen = () =>
    Bun.serve({
      // Bun's own page for an error shows source code.
      development: false,
      // Which would otherwise let two processes share a port in silence.
      reusePort: false,
      error: () => refuse(new KioskError("INTERNAL", "Something went wrong on our side.")),
      hostname: host,
      port,
      idleTimeout: requestTimeoutSeconds,
      maxRequestBodySize: bodyMaxBytes,
      fetch: (request, bun) => atHand(request) ?? inFlight.track(answer(request, bun)),
      websocket: door.handler,
    });

  return {
    name,
    get url() {
      if (server === null) throw new Error(`${name} is not listening`);
      const shown =
        host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
      return `http://${shown}:${server.port}`;
    },
    async start() {
      if (server !== null) return;
      try {
        server = listen();
      } catch (error) {
        if ((error as { code?: string }).code === "EADDRINUSE") throw new PortInUse(host, port, portVariable);
        throw error;
      }
    },
    async stop() {
      const running = server;
      server = null;
      if (running === null) return;
      void running.stop(false);
      await Promise.race([inFlight.idle(), pause(DRAIN_MS)]);
      door.closeAll();
      await pause(FLUSH_MS);
      await running.stop(true);
    },
  };
};
