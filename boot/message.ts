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
  const body = request.body === null ? null : await request.bytes();
  if (body !== null) headers.set("content-length", String(body.byteLength));
  return {
    isWhole: () => true,
    sendTo: (address) =>
      fetch(`${address}${pathname}${search}`, {
        method,
        headers,
        signal,
        redirect,
        ...bodyInit(method, body),
      }),
  };
};
