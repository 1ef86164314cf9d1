import type { BotApi, CallOutcome } from "./bot-api/bot-api.ts";
import type { ReceiveMail } from "./mail/receive-mail.ts";
import { parseBotPath } from "./paths.ts";

/** What the sandbox reads of a `RequestInit`; bot libraries pass signals and bodies of their own making. */
interface BotFetchInit {
  method?: string | undefined;
  headers?: unknown;
  body?: unknown;
  signal?: ForeignSignal | null | undefined;
}

interface ForeignSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
}

/** The Bot API without a socket: to be given to grammY as `client.fetch`, with any `apiRoot`. */
export type BotFetch = typeof fetch;

const BAD_GATEWAY_PAGE =
  "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

/** A connection that breaks, as a runtime's fetch reports it. */
class ConnectionResetError extends Error {
  readonly code = "ECONNRESET";
  constructor() {
    super("The socket connection was closed unexpectedly");
    this.name = "ConnectionResetError";
  }
}

export function createBotFetch(botApi: BotApi): BotFetch {
  return inProcess((request) => {
    const path = parseBotPath(new URL(request.url).pathname);
    return path === undefined ? undefined : botApi(request, path);
  });
}

/** The mailbox without a socket, whatever the address; a connection that breaks is an error, as over a network. */
export function createMailFetch(receiveMail: ReceiveMail): typeof fetch {
  return inProcess(receiveMail);
}

function inProcess(answer: (request: Request) => Promise<CallOutcome> | undefined): typeof fetch {
  const send = async (input: string | URL | Request, init: BotFetchInit = {}): Promise<Response> => {
    const given = input instanceof Request ? input : undefined;
    const url = given?.url ?? String(input);
    const client = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const giveUp = () => {
        client.abort();
        reject(new DOMException("The operation was aborted", "AbortError"));
      };
      const signal = init.signal ?? given?.signal;
      if (signal?.aborted) giveUp();
      else signal?.addEventListener("abort", giveUp);
    });
    // It may fire before anybody waits for it; the race below is what reports it.
    aborted.catch(() => {});
    const request = given ?? new Request(url, await requestInit(init, client.signal));
    const answered = answer(request);
    if (answered === undefined) return new Response(null, { status: 404 });
    const outcome = await Promise.race([answered, aborted]);
    if (outcome.kind === "reset") throw new ConnectionResetError();
    return outcomeResponse(outcome);
  };
  // There is no connection to open ahead of time.
  return Object.assign(send, { preconnect: () => {} });
}

async function requestInit(init: BotFetchInit, signal: AbortSignal): Promise<RequestInit> {
  const { body } = init;
  return {
    method: init.method ?? "GET",
    headers: new Headers(init.headers as ConstructorParameters<typeof Headers>[0]),
    signal,
    ...(body === undefined || body === null ? {} : { body: await readBody(body) }),
  };
}

/** grammY's uploads are streams of chunks; everything else is a text or a form. */
async function readBody(body: unknown): Promise<NonNullable<RequestInit["body"]>> {
  if (!isChunked(body)) return body as NonNullable<RequestInit["body"]>;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of body) chunks.push(new Uint8Array(chunk));
  return new Blob(chunks);
}

function isChunked(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body && !(body instanceof Blob);
}

/** The HTTP answer of an outcome; one that breaks the connection is a body that fails half-way. */
export function outcomeResponse(outcome: CallOutcome): Response {
  switch (outcome.kind) {
    case "answer": {
      const headers = new Headers();
      if (outcome.retryAfterSeconds !== null) headers.set("retry-after", String(outcome.retryAfterSeconds));
      if (outcome.contentType !== undefined) headers.set("content-type", outcome.contentType);
      return Response.json(outcome.body, { status: outcome.status, headers });
    }
    case "html502":
      return new Response(BAD_GATEWAY_PAGE, { status: 502, headers: { "content-type": "text/html" } });
    case "reset":
      return new Response(brokenBody(), { headers: { "content-type": "application/json" } });
  }
}

function brokenBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      // Without a reason: a server that sends this closes the connection and has nothing to print.
      controller.error();
    },
  });
}
