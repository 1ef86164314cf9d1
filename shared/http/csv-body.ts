import { invalid, KioskError } from "../kernel/errors.ts";

/** `text/csv` (RFC 7111), and of the charsets only UTF-8. */
const CSV_TYPE = /^text\/csv\s*(;\s*(charset="?utf-8"?|header=\w+)\s*)*;?\s*$/i;

export interface CsvBody {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hex: says whether two files are the same. */
  readonly sha256: string;
}

/** A CSV file that is coming. Its parts can be read once. */
export interface CsvUpload {
  /** Fails with `PAYLOAD_TOO_LARGE`, and with `VALIDATION` where the upload breaks off before its end. */
  readonly parts: AsyncIterable<Uint8Array>;
  /** What the sender says; null where it does not. */
  readonly declaredBytes: number | null;
  /** Bytes that have come so far. */
  readonly bytes: number;
  /** False from the first byte on that is no UTF-8. */
  readonly isUtf8: boolean;
  /** SHA-256 of what has come, in hex. Once the parts have been read. */
  sha256(): string;
}

const bodyOf = (request: Request): ReadableStream<Uint8Array> => {
  if (!CSV_TYPE.test(request.headers.get("content-type") ?? ""))
    throw new KioskError(
      "UNSUPPORTED_MEDIA_TYPE",
      "Send the file as it is, with Content-Type: text/csv, in UTF-8.",
    );
  if (request.body === null) throw invalid("/body", "must be a CSV file with a header row");
  return request.body;
};

const tooLarge = (maxBytes: number): KioskError =>
  new KioskError("PAYLOAD_TOO_LARGE", `The body may have ${maxBytes} bytes at most: split the file.`);

const brokeOff = (cause?: unknown): KioskError =>
  new KioskError("VALIDATION", "The upload broke off before its end.", {
    errors: [{ pointer: "/body", message: "must be the whole file: send it again" }],
    extensions: { brokenUpload: true },
    cause,
  });

/** Whether bytes are UTF-8 so far, characters that are cut in two included. */
const createUtf8Check = () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let good = true;
  return {
    add(bytes?: Uint8Array) {
      try {
        if (good) decoder.decode(bytes, { stream: bytes !== undefined });
      } catch {
        good = false;
      }
    },
    get good() {
      return good;
    },
  };
};

/**
 * The body of a request that sends a CSV file, as it comes. For a route with `parse: "none"`. Fails with
 * `UNSUPPORTED_MEDIA_TYPE`, and `VALIDATION` where there is no body.
 */
export const openCsvBody = (request: Request, maxBytes: number): CsvUpload => {
  const body = bodyOf(request);
  const declared = request.headers.get("content-length");
  const declaredBytes = declared === null ? null : Number(declared);
  const hasher = new Bun.CryptoHasher("sha256");
  const utf8 = createUtf8Check();
  let bytes = 0;

  const read = async function* (): AsyncGenerator<Uint8Array> {
    const iterator = body[Symbol.asyncIterator]();
    const next = () =>
      iterator.next().catch((error: unknown) => {
        throw brokeOff(error);
      });
    try {
      for (let part = await next(); part.done !== true; part = await next()) {
        bytes += part.value.byteLength;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        hasher.update(part.value);
        utf8.add(part.value);
        yield part.value;
      }
      // An end that comes too soon would make a shorter row of the one that was cut.
      if (declaredBytes !== null && bytes < declaredBytes) throw brokeOff();
      utf8.add();
    } finally {
      // What is left of it is not read.
      await iterator.return?.().catch(() => undefined);
    }
  };
  return {
    parts: read(),
    declaredBytes,
    get bytes() {
      return bytes;
    },
    get isUtf8() {
      return utf8.good;
    },
    sha256: () => hasher.digest("hex"),
  };
};

/**
 * The body of a request that sends a CSV file, whole: nothing is done with an upload that breaks off. For a route with
 * `parse: "none"`. Fails with `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, and `VALIDATION` where there is no body or where it
 * breaks off.
 */
export const readCsvBody = async (request: Request, maxBytes: number): Promise<CsvBody> => {
  const upload = openCsvBody(request, maxBytes);
  const parts = await Array.fromAsync(upload.parts);
  return { bytes: Buffer.concat(parts, upload.bytes), sha256: upload.sha256() };
};
