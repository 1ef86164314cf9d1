export interface SseMessage {
  readonly id: string | undefined;
  /** `message` where the stream names none, as a browser says it. */
  readonly event: string;
  readonly data: unknown;
}

export interface SseReader {
  /** All that has come, oldest first. */
  readonly messages: readonly SseMessage[];
  /** What a browser would send as `Last-Event-ID`; null before the first id. */
  lastEventId(): string | null;
  /** The stream has begun: something has come. */
  readonly begun: Promise<void>;
  /** Resolves when the stream ends, however it ends. */
  readonly ended: Promise<void>;
  leave(): Promise<void>;
}

const fieldOf = (block: string, name: string): string | undefined =>
  block
    .split("\n")
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

/** Reads a stream of server-sent events as a browser does (HTML Living Standard, section 9.2.6), until it ends or is left. */
export const readSse = (
  response: Response,
  onMessage: (message: SseMessage) => void = () => undefined,
): SseReader => {
  const messages: SseMessage[] = [];
  const begun = Promise.withResolvers<void>();
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let lastEventId: string | null = null;
  let text = "";

  const take = (block: string) => {
    const id = fieldOf(block, "id");
    lastEventId = id ?? lastEventId;
    const data = fieldOf(block, "data");
    if (data === undefined) return;
    const message = { id, event: fieldOf(block, "event") ?? "message", data: JSON.parse(data) };
    messages.push(message);
    onMessage(message);
  };
  const read = async () => {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return;
      text += decoder.decode(chunk.value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) take(block);
      begun.resolve();
    }
  };
  return {
    messages,
    lastEventId: () => lastEventId,
    begun: begun.promise,
    ended: read()
      .catch(() => undefined)
      .finally(() => begun.resolve()),
    async leave() {
      await reader?.cancel().catch(() => undefined);
    },
  };
};
