import type { Socket } from "bun";

const HEAD_END = Buffer.from("\r\n\r\n");
const CHUNKS_END = Buffer.from("0\r\n\r\n");
/** "HTTP/1.1 " stands before the status. */
const STATUS_AT = 9;

export interface HttpConnection {
  /** Sends a whole request; only once the answer to the one before has come. */
  send(request: string): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly hostname: string;
  readonly port: number;
  /** Called once an answer is complete. */
  readonly onAnswer: (status: number) => void;
  /** The connection ended by itself, or said what no HTTP server says. */
  readonly onBroken: (reason: string) => void;
}

/** Where the first answer in the buffer ends; 0 while it is not complete. */
const endOfAnswer = (buffer: Buffer): number => {
  const headEnd = buffer.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const bodyAt = headEnd + HEAD_END.length;
  const head = buffer.toString("latin1", 0, headEnd);
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const end = bodyAt + Number(length);
    return buffer.length >= end ? end : 0;
  }
  if (!/transfer-encoding: *chunked/i.test(head)) return bodyAt;
  return buffer.subarray(-CHUNKS_END.length).equals(CHUNKS_END) ? buffer.length : 0;
};

/**
 * One keep-alive connection for one request at a time, made for a load generator that shares its processors with what it
 * measures: it reads the status and the length of an answer and nothing else.
 */
export const openConnection = async (options: ConnectionOptions): Promise<HttpConnection> => {
  const { onAnswer, onBroken } = options;
  let received: Buffer | null = null;
  let closed = false;
  const onData = (chunk: Buffer): void => {
    const buffer: Buffer = received === null ? chunk : Buffer.concat([received, chunk]);
    const end = endOfAnswer(buffer);
    // The runtime may use the chunk's memory again, so what is kept is a copy.
    received = end === 0 ? Buffer.from(buffer) : null;
    if (end > 0) onAnswer(Number(buffer.toString("latin1", STATUS_AT, STATUS_AT + 3)));
  };
  const onEnd = (reason: string) => {
    if (!closed) onBroken(reason);
    closed = true;
  };
  const socket: Socket<undefined> = await Bun.connect({
    hostname: options.hostname,
    port: options.port,
    socket: {
      data: (_socket, chunk) => onData(chunk),
      close: () => onEnd("the connection was closed"),
      error: (_socket, error) => onEnd(error.message),
    },
  });
  socket.setNoDelay(true);
  return {
    send(request) {
      if (socket.write(request) !== request.length) onEnd("the connection does not take a whole request");
    },
    close() {
      closed = true;
      socket.end();
    },
  };
};
