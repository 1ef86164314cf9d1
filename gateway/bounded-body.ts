import { KioskError } from "../shared/kernel/errors.ts";

const tooLarge = (maxBytes: number): KioskError =>
  new KioskError("PAYLOAD_TOO_LARGE", `The body may have ${maxBytes} bytes at most.`);

const readAll = async (
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the stream: what is left of it is not read.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
};

/**
 * The request with a body of no more than so many bytes. A declared length is believed, since the server holds the
 * client to it; a body that comes in chunks without one is read here, up to the limit. Fails with `PAYLOAD_TOO_LARGE`.
 */
export const boundedBody = async (request: Request, maxBytes: number): Promise<Request> => {
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (declared !== null || request.body === null) return request;
  const { url, method, headers, signal, body } = request;
  return new Request(url, { method, headers, signal, body: await readAll(body, maxBytes) });
};
