import { z } from "zod";
import type { PersonExportPage } from "../contracts/internal-people.ts";
import type { Queryable } from "../ports/database.ts";

/** Records of one page, so that a page takes milliseconds and fits into a megabyte or few. */
export const EXPORT_PAGE = 200;

/** One record about a person, and its place among those of its part. */
export interface PersonRecord {
  readonly key: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** One kind of records that a service holds about people. */
export interface PersonPart {
  readonly name: string;
  /** The person's records behind a key (null: from the first), in the order of their keys. */
  readonly read: (
    db: Queryable,
    userId: string,
    page: { readonly after: string | null; readonly limit: number },
  ) => Promise<PersonRecord[]>;
}

/** A part of which there is one record at most. */
export const singlePart = (
  name: string,
  read: (db: Queryable, userId: string) => Promise<Readonly<Record<string, unknown>> | null>,
): PersonPart => ({
  name,
  async read(db, userId, { after }) {
    const record = after === null ? await read(db, userId) : null;
    return record === null ? [] : [{ key: "1", record }];
  },
});

/** Where a page ended: the part, and the key of its last record (null: none of it has been read). */
export const exportPositionSchema = z.object({ part: z.int().nonnegative(), after: z.string().nullable() });
export type ExportPosition = z.infer<typeof exportPositionSchema>;

export interface ExportPage extends Omit<PersonExportPage, "nextCursor"> {
  /** Null at the end. */
  readonly next: ExportPosition | null;
}

/** One page of all that the parts hold about a person: one part after the other, each from its first record to its last. */
export const createExportPages = (parts: readonly PersonPart[], db: Queryable) => {
  const names = parts.map(({ name }) => name);
  return async (userId: string, from: ExportPosition | null): Promise<ExportPage> => {
    const items: PersonExportPage["items"] = [];
    let position: ExportPosition = from ?? { part: 0, after: null };
    for (;;) {
      const part = parts[position.part];
      if (part === undefined) return { parts: names, items, next: null };
      const limit = EXPORT_PAGE - items.length;
      if (limit <= 0) return { parts: names, items, next: position };
      const found = await part.read(db, userId, { after: position.after, limit });
      items.push(...found.map(({ record }) => ({ part: part.name, record: { ...record } })));
      const last = found.at(-1);
      position =
        last === undefined || found.length < limit
          ? { part: position.part + 1, after: null }
          : { part: position.part, after: last.key };
    }
  };
};
export type ReadExportPage = ReturnType<typeof createExportPages>;
