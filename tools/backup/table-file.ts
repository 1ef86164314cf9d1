import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";

/** Values of one row, in the order of its columns, each as PostgreSQL writes it. */
export type Row = readonly (string | null)[];

const rowSchema = z.array(z.string().nullable());
const PRIVATE_FILE = 0o600;

export interface Written {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Hashes and counts what passes. */
const createMeter = () => {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest("hex") }) };
};

/** Writes rows into a new file, one JSON array a line, compressed; only its owner can read it. */
export const writeRows = async (file: string, pages: AsyncIterable<readonly Row[]>): Promise<Written> => {
  let rows = 0;
  const lines = async function* () {
    for await (const page of pages) {
      rows += page.length;
      yield page.map((row) => `${JSON.stringify(row)}\n`).join("");
    }
  };
  const meter = createMeter();
  const target = createWriteStream(file, { flags: "wx", mode: PRIVATE_FILE, flush: true });
  await pipeline(Readable.from(lines()), createGzip({ level: 5 }), meter.stream, target);
  return { rows, ...meter.result() };
};

/** SHA-256 and length of a file. */
export const measureFile = async (file: string): Promise<Omit<Written, "rows">> => {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest("hex") };
};

/** Reads what `writeRows` wrote, in pages of so many rows. Fails on anything else. */
export const readRows = async function* (file: string, pageSize: number): AsyncGenerator<readonly Row[]> {
  const input = createReadStream(file).pipe(createGunzip());
  let page: Row[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    page.push(rowSchema.parse(JSON.parse(line)));
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
};
