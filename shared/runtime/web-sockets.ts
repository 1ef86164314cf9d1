import type { Server, ServerWebSocket, WebSocketHandler } from "bun";

/** Text that may wait for a slow reader, over what the kernels hold; who leaves more is cut off. */
const SOCKET_BUFFER_MAX_BYTES = 256 * 1024;
/** What a client may send at once. Nothing of it is read: our sockets only tell. */
const MESSAGE_MAX_BYTES = 1_024;
/** A peer that answers no ping for so long is gone. */
const SOCKET_IDLE_SECONDS = 60;

/** Why a socket is closed (RFC 6455, section 7.4.1). */
export const closeCodes = { goingAway: 1001, nothingIsRead: 1003, comeAgain: 1013 } as const;

/** Our end of a WebSocket. */
export interface Socket {
  /** False where the reader has to catch up: then nothing more until `drained`. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
}

/** What becomes of a socket that was taken. */
export interface SocketUse {
  /** The reader has caught up. */
  drained(): void;
  /** It has ended, whoever ended it. Called once. */
  closed(): void;
}

/** A socket that may be opened, by one of the protocols that the client named; null: it named none. */
export interface SocketOffer {
  readonly protocol: string | null;
  open(socket: Socket): SocketUse;
  /** It was not opened after all. */
  withdraw(): void;
}

/** Where WebSockets are taken, and by whom. `accept` may refuse with an answer as to any request. */
export interface Sockets {
  readonly path: string;
  accept(request: Request, clientIp: string): Promise<Response | SocketOffer>;
}

/** What Bun keeps for a socket. */
export interface Seat {
  readonly offer: SocketOffer;
  use: SocketUse | null;
}

const socketOf = (bun: ServerWebSocket<Seat>): Socket => ({
  // Above 0: so many bytes went out; -1: they wait.
  send: (text) => bun.send(text) > 0,
  close: (code, reason) => bun.close(code, reason),
});

/** The WebSockets of one HTTP server. */
export const createSocketDoor = (sockets: Sockets | null) => {
  const open = new Set<ServerWebSocket<Seat>>();
  const handler: WebSocketHandler<Seat> = {
    maxPayloadLength: MESSAGE_MAX_BYTES,
    backpressureLimit: SOCKET_BUFFER_MAX_BYTES,
    closeOnBackpressureLimit: true,
    idleTimeout: SOCKET_IDLE_SECONDS,
    open(bun) {
      open.add(bun);
      bun.data.use = bun.data.offer.open(socketOf(bun));
    },
    message: (bun) => bun.close(closeCodes.nothingIsRead, "Nothing is read here."),
    drain: (bun) => bun.data.use?.drained(),
    close(bun) {
      open.delete(bun);
      bun.data.use?.closed();
    },
  };
  return {
    handler,
    wants: (request: Request): boolean => sockets !== null && new URL(request.url).pathname === sockets.path,
    /** Undefined where the request has become a socket. */
    async upgrade(request: Request, clientIp: string, server: Server<Seat>): Promise<Response | undefined> {
      const answer = await sockets?.accept(request, clientIp);
      if (answer === undefined || answer instanceof Response) return answer;
      const headers: Record<string, string> =
        answer.protocol === null ? {} : { "sec-websocket-protocol": answer.protocol };
      if (server.upgrade(request, { data: { offer: answer, use: null }, headers })) return undefined;
      answer.withdraw();
      return new Response(null, { status: 426, headers: { upgrade: "websocket" } });
    },
    closeAll(): void {
      for (const bun of open) bun.close(closeCodes.goingAway, "Kiosk is stopping: connect again.");
    },
  };
};
