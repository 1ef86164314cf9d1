import { useState } from "react";
import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useStream } from "../../shared/use-stream.ts";
import { useAct } from "../parts/use-act.ts";
import { useImportsTexts } from "../texts/imports.ts";
import { after, useList } from "./pages.ts";
import { CATEGORIES_KEY, PRODUCTS_KEY } from "./products.ts";

const IMPORTS_KEY = ["imports"] as const;
const PAGE_LIMIT = 10;

/** What a file has done, or would do. */
export type ImportReport =
  paths["/v1/products/import"]["post"]["responses"][200]["content"]["application/json"];

/** The imports before, latest first. */
export const useImports = () =>
  useList(IMPORTS_KEY, (cursor) =>
    ok(kiosk.api.GET("/v1/products/imports", { params: { query: { limit: PAGE_LIMIT, ...after(cursor) } } })),
  );

export interface ImportOrder {
  readonly file: File;
  readonly dryRun: boolean;
  /** Names the import for its stream. */
  readonly importId: string;
}

/** Sends a file: to see what it would change, or to change it. */
export const useImport = () =>
  useAct({
    act: async ({ file, dryRun, importId }: ImportOrder): Promise<ImportReport> =>
      ok(
        kiosk.api.POST("/v1/products/import", {
          params: { query: { dryRun: dryRun ? "true" : "false", importId } },
          body: await file.text(),
          bodySerializer: (text) => text,
          headers: { "content-type": "text/csv" },
        }),
      ),
    touches: [IMPORTS_KEY, PRODUCTS_KEY, CATEGORIES_KEY],
  });

/** How many rows of a running import are read; null before it says. */
export const useImportProgress = (importId: string | null): number | null => {
  const [rows, setRows] = useState<{ importId: string | null; rows: number } | null>(null);
  useStream({
    path: `/v1/products/imports/${importId ?? ""}/stream`,
    enabled: importId !== null,
    onMessage: ({ event, data }) => {
      if (event === "progress") setRows({ importId, rows: (data as { rows: number }).rows });
    },
  });
  return rows !== null && rows.importId === importId ? rows.rows : null;
};

/** Saves all products as a CSV that can be imported again. */
export const useExport = () => {
  const texts = useImportsTexts();
  return useAct({
    act: async () => {
      const csv = (await ok(kiosk.api.GET("/v1/products/export", { parseAs: "blob" }))) as unknown as Blob;
      const address = URL.createObjectURL(csv);
      const link = Object.assign(document.createElement("a"), { href: address, download: "products.csv" });
      link.click();
      URL.revokeObjectURL(address);
    },
    touches: [],
    done: () => ({ text: texts.exported }),
  });
};
