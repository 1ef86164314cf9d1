import { BODY_MAX_BYTES } from "../shared/http/service-app.ts";

/** A request that can be sent to one address after another. */
export interface Message {
  /** Sends it to an address. Rejects as fetch does. */
  sendTo(address: string): Promise<Response>;
  /** False when a part of it has been read and is gone. */
  isWhole(): boolean;
}

/**
 * Bun's fetch (1.4.5) sends these again by itself when a connection of its pool breaks, as RFC 9110, section 9.2.2, allows. Here
 * who calls counts the attempts: one that was carried out, and whose answer was lost, must not be made twice unseen. GET and HEAD
 * are sent again as well, which changes nothing; POST and PATCH never.
 */
const SENT_AGAIN_BY_FETCH: ReadonlySet<string> = new Set(["PUT", "DELETE"]);

const onceOnly = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

/** How a body is given to fetch, so that it is sent once a call: of a stream it has no second copy. */
const bodyInit = (method: string, body: Uint8Array<ArrayBuffer> | null): RequestInit => {
  if (!SENT_AGAIN_BY_FETCH.has(method)) return { body };
  return body === null ? { keepalive: false } : ({ body: onceOnly(body), duplex: "half" } as RequestInit);
};

/** What a body begins with, up to the limit of ordinary requests, and the rest of a larger one; null where there is no more. */
const readBeginning = async (
  body: ReadableStream<Uint8Array>,
): Promise<{ begun: Uint8Array<ArrayBuffer>; rest: ReadableStreamDefaultReader<Uint8Array> | null }> => {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes <= BODY_MAX_BYTES; bytes += chunks.at(-1)?.byteLength ?? 0) {
    const { done, value } = await reader.read();
    if (done) return { begun: Buffer.concat(chunks), rest: null };
    chunks.push(value);
  }
  return { begun: Buffer.concat(chunks), rest: reader };
};

/** A body of which the beginning has been read: nothing more is read ahead of whoever takes it. */
const continued = (
  begun: Uint8Array,
  rest: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => controller.enqueue(begun),
    async pull(controller) {
      const { done, value } = await rest.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => rest.cancel(reason),
  });

/** Its body is read here, up to the limit of ordinary requests; a larger one, a file, is passed on as it comes. */
export const readMessage = async (
  request: Request,
  more: Readonly<Record<string, string>>,
): Promise<Message> => {
  const { pathname, search } = new URL(request.url);
  const { method, signal } = request;
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  const redirect = "manual" as const;

  if (Number(headers.get("content-length") ?? 0) > BODY_MAX_BYTES) {
    return {
      isWhole: () => !request.bodyUsed,
      sendTo: (address) =>
        fetch(new Request(`${address}${pathname}${search}`, request), { headers, redirect }),
    };
  }
  const send = (address: string, init: RequestInit) =>
    fetch(`${address}${pathname}${search}`, { method, headers, signal, redirect, ...init });
  if (request.body === null) return { isWhole: () => true, sendTo: (to) => send(to, bodyInit(method, null)) };
  const { begun, rest } = await readBeginning(request.body);
  if (rest === null) {
    headers.set("content-length", String(begun.byteLength));
    return { isWhole: () => true, sendTo: (to) => send(to, bodyInit(method, begun)) };
  }
  let isSent = false;
  return {
    isWhole: () => !isSent,
    sendTo(to) {
      isSent = true;
      return send(to, { body: continued(begun, rest), duplex: "half" } as RequestInit);
    },
  };
};
