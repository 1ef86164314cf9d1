import { connect, createServer, type Socket } from "node:net";

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
  open(): void;
  close(): Promise<void>;
}

type Swallow = (chunk: Buffer | string) => void;
type State = "open" | "shut" | "swallowing" | "swallowing answers";

/** Joins two sockets until the proxy swallows something of theirs: from then on neither hears of the other again. */
const join = (downstream: Socket, upstream: Socket, stateNow: () => State, swallow: Swallow): void => {
  let lost = false;
  const forward = (from: Socket, to: Socket) => {
    const isLost = () => {
      const state = stateNow();
      lost ||= state === "swallowing" || (state === "swallowing answers" && from === upstream);
      return lost;
    };
    from.on("data", (chunk) => {
      if (isLost()) return swallow(chunk);
      if (to.write(chunk)) return;
      from.pause();
      to.once("drain", () => from.resume());
    });
    from.on("end", () => {
      if (!isLost()) to.end();
    });
    from.on("close", () => {
      if (!isLost()) to.destroy();
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
    join(downstream, upstream, () => state, swallow);
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
    open() {
      state = "open";
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
