import { invalid, KioskError } from "../kernel/errors.ts";

/** `text/csv` (RFC 7111), and of the charsets only UTF-8. */
const CSV_TYPE = /^text\/csv\s*(;\s*(charset="?utf-8"?|header=\w+)\s*)*;?\s*$/i;

export interface CsvBody {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hex: says whether two files are the same. */
  readonly sha256: string;
}

const readUpTo = async (body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error cancels the stream: what is left of it is not read.
  for await (const part of body) {
    length += part.byteLength;
    if (length > maxBytes)
      throw new KioskError(
        "PAYLOAD_TOO_LARGE",
        `The body may have ${maxBytes} bytes at most: split the file.`,
      );
    parts.push(part);
  }
  return Buffer.concat(parts, length);
};

/**
 * The body of a request that sends a CSV file, whole: nothing is done with an upload that breaks off. For a route with
 * `parse: "none"`. Fails with `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, and `VALIDATION` where there is no body.
 */
export const readCsvBody = async (request: Request, maxBytes: number): Promise<CsvBody> => {
  if (!CSV_TYPE.test(request.headers.get("content-type") ?? ""))
    throw new KioskError(
      "UNSUPPORTED_MEDIA_TYPE",
      "Send the file as it is, with Content-Type: text/csv, in UTF-8.",
    );
  if (request.body === null) throw invalid("/body", "must be a CSV file with a header row");
  const bytes = await readUpTo(request.body, maxBytes);
  return { bytes, sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex") };
};
