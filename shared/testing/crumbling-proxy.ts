import { connect, createServer, type Socket } from "node:net";

export interface CrumblingProxy {
  /** The same URL, by way of the proxy. */
  through(url: string): string;
  /** From now on each new connection ends when the server has sent so many bytes: one number after the other, then no more limits. */
  crumble(afterBytes: readonly number[]): void;
  /** Limits that no connection has used up yet. */
  readonly left: number;
  /** Destroys all connections; new ones are welcome. */
  cut(): void;
  close(): Promise<void>;
}

/** Ends both sockets once `from` has sent so many bytes: the last of them may not arrive. */
const endAfter = (bytes: number, from: Socket, to: Socket): void => {
  let seen = 0;
  from.on("data", (chunk) => {
    seen += chunk.length;
    if (seen < bytes) return;
    from.destroy();
    to.destroy();
  });
};

/** A TCP proxy on 127.0.0.1 whose connections break at chosen points of the server's answers, to meet a client at each of its steps. */
export const crumblingProxy = async (target: string, defaultPort: number): Promise<CrumblingProxy> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let limits: number[] = [];
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((downstream) => {
    const upstream = connect(Number(port) || defaultPort, hostname);
    track(downstream);
    track(upstream);
    downstream.on("close", () => upstream.destroy());
    upstream.on("close", () => downstream.destroy());
    const limit = limits.shift();
    if (limit !== undefined) endAfter(limit, upstream, downstream);
    downstream.pipe(upstream).pipe(downstream);
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
    through(url) {
      const parsed = new URL(url);
      parsed.hostname = "127.0.0.1";
      parsed.port = String(address.port);
      return parsed.href;
    },
    crumble(afterBytes) {
      limits = [...afterBytes];
    },
    get left() {
      return limits.length;
    },
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
