import { readAnswer } from "../../shared/testing/service-under-test.ts";
import type { ImportReport } from "../usecases/import-report.ts";
import type { CatalogUnderTest } from "./catalog-under-test.ts";

export interface ImportCallOptions {
  readonly as?: string | null;
  readonly type?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Such as `?dryRun=true`. */
  readonly query?: string;
}

/** What the import answers: its report, or a problem. */
export type ImportAnswer = ImportReport & {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly importId?: string;
};

/** A file as a request that sends it, by default as staff and as text/csv. */
export const importRequest = (
  body: BodyInit | ReadableStream<Uint8Array>,
  { as = "staff", type = "text/csv", headers: given = {}, query = "" }: ImportCallOptions = {},
): Request => {
  const headers = new Headers(given);
  if (as !== null) headers.set("authorization", `Bearer ${as}`);
  if (type !== null) headers.set("content-type", type);
  // As bytes: text would bring a content type of its own.
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const init = { method: "POST", headers, body: bytes, duplex: "half" };
  return new Request(`http://catalog/v1/products/import${query}`, init as RequestInit);
};

/** Sends a file and reads what is answered. */
export const sendImport = async (
  { service }: Pick<CatalogUnderTest, "service">,
  body: BodyInit | ReadableStream<Uint8Array>,
  options: ImportCallOptions = {},
) => readAnswer<ImportAnswer>(await service.fetch(importRequest(body, options)));

/** A file whose parts come when the test says so. */
export const pacedUpload = () => {
  const encoder = new TextEncoder();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  return {
    body: readable,
    send: (text: string) => writer.write(encoder.encode(text)),
    end: () => writer.close(),
    breakOff: () => writer.abort(new Error("the connection was closed")),
  };
};

/** Reads the file that an export answers. */
export const readExport = async (
  { service }: Pick<CatalogUnderTest, "service">,
  query = "",
): Promise<string> => {
  const headers = { authorization: "Bearer staff" };
  const answer = await service.fetch(new Request(`http://catalog/v1/products/export${query}`, { headers }));
  if (answer.status !== 200) throw new Error(`the export answered ${answer.status}`);
  return answer.text();
};
