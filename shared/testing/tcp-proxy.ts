import { connect, createServer, type Socket } from "node:net";
import { createPacedLine, FREE, type Pace } from "./paced-line.ts";

export interface TcpProxy {
  readonly port: number;
  /** The same URL, by way of the proxy. */
  through(url: string): string;
  /** Destroys all connections; new ones are welcome. */
  cut(): void;
  /** Destroys all connections and refuses new ones until `open`. */
  shut(): void;
  /**
   * Becomes a black hole until `open`: every byte vanishes, both ways, and nobody is told; new connections are taken and
   * never answered. A connection that lost something stays silent for ever, as one behind a router that forgot it.
   */
  swallow(): void;
  /** The same for answers alone: what is asked arrives, and whoever asked never hears so. */
  swallowAnswers(): void;
  /** Bytes that have vanished so far. */
  swallowed(): number;
  /** Everything takes so long to arrive, in milliseconds, give or take the jitter; in its order, until `open`. */
  slow(latencyMs: number, jitterMs?: number): void;
  /** No connection carries more than so many bytes a second in either direction, until `open`. */
  throttle(bytesPerSecond: number): void;
  /** Ends all connections by a reset (RST), as a host does that knows nothing of them; new ones are welcome. */
  reset(): void;
  open(): void;
  close(): Promise<void>;
}

type Swallow = (chunk: Buffer | string) => void;
type State = "open" | "shut" | "swallowing" | "swallowing answers";

interface Link {
  readonly stateNow: () => State;
  readonly paceNow: () => Pace;
  readonly swallow: Swallow;
}

/** Joins two sockets until the proxy swallows something of theirs: from then on neither hears of the other again. */
const join = (downstream: Socket, upstream: Socket, { stateNow, paceNow, swallow }: Link): void => {
  let lost = false;
  const forward = (from: Socket, to: Socket) => {
    const line = createPacedLine(from, to, paceNow);
    const isLost = () => {
      const state = stateNow();
      lost ||= state === "swallowing" || (state === "swallowing answers" && from === upstream);
      return lost;
    };
    from.on("data", (chunk) => {
      if (isLost()) swallow(chunk);
      else line.write(chunk);
    });
    from.on("end", () => {
      if (!isLost()) line.finish(() => to.end());
    });
    from.on("close", () => {
      if (!isLost()) line.finish(() => to.destroy());
    });
  };
  forward(downstream, upstream);
  forward(upstream, downstream);
};

/** A TCP proxy on 127.0.0.1 in front of a server, to cut a client off without touching anybody else's connections. */
export const tcpProxy = async (target: string, defaultPort: number): Promise<TcpProxy> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: State = "open";
  let pace = FREE;
  let swallowed = 0;
  const swallow: Swallow = (chunk) => {
    swallowed += Buffer.byteLength(chunk);
  };
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((downstream) => {
    track(downstream);
    if (state === "shut") return void downstream.destroy();
    // Read, or the kernel would tell the client by a full window that nobody listens.
    if (state === "swallowing") return void downstream.on("data", swallow);
    const upstream = connect(Number(port) || defaultPort, hostname);
    track(upstream);
    join(downstream, upstream, { stateNow: () => state, paceNow: () => pace, swallow });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    through(url) {
      const parsed = new URL(url);
      parsed.hostname = "127.0.0.1";
      parsed.port = String(address.port);
      return parsed.href;
    },
    cut,
    shut() {
      state = "shut";
      cut();
    },
    swallow() {
      state = "swallowing";
    },
    swallowed: () => swallowed,
    swallowAnswers() {
      state = "swallowing answers";
    },
    slow(latencyMs, jitterMs = 0) {
      pace = { ...pace, latencyMs, jitterMs };
    },
    throttle(bytesPerSecond) {
      pace = { ...pace, bytesPerSecond };
    },
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    open() {
      state = "open";
      pace = FREE;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
