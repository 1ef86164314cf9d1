/** A text of a WebSocket, as it was meant. */
export interface SocketMessage {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads a WebSocket whose texts are JSON. Beyond browsers, Bun's client may set headers. */
export const readSocket = (
  url: string,
  { protocols = [], headers = {} }: { protocols?: string[]; headers?: Record<string, string> } = {},
) => {
  const messages: SocketMessage[] = [];
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<{ code: number; reason: string }>();
  // Bun's own second argument, which the types of browsers do not know.
  const options = { protocols, headers } as unknown as string[];
  const socket = new WebSocket(url.replace(/^http/, "ws"), options);
  socket.onopen = () => opened.resolve();
  socket.onmessage = ({ data }) => void messages.push(JSON.parse(String(data)));
  socket.onclose = ({ code, reason }) => {
    opened.reject(new Error(`closed with ${code} before it was open`));
    ended.resolve({ code, reason });
  };
  opened.promise.catch(() => undefined);
  return {
    messages,
    opened: opened.promise,
    ended: ended.promise,
    protocol: () => socket.protocol,
    send: (text: string) => socket.send(text),
    lastId: (): string | null => messages.findLast(({ id }) => id !== null)?.id ?? null,
    async leave() {
      socket.close();
      await ended.promise;
    },
  };
};
