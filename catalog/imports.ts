import { Elysia } from "elysia";
import type { AuthGuard } from "../shared/http/auth-guard.ts";
import { currentRequest } from "../shared/runtime/request-context.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { exportRoutes } from "./http/export-routes.ts";
import { importRoutes } from "./http/import-routes.ts";
import { importStreamRoutes } from "./http/import-stream-routes.ts";
import { createImportSignals } from "./import-signs.ts";
import { createCategoryStore } from "./store/category-store.ts";
import { createExportReads } from "./store/export-reads.ts";
import { createImportStore } from "./store/import-store.ts";
import { createProductStore } from "./store/product-store.ts";
import { exportProducts } from "./usecases/export-products.ts";
import { followImport } from "./usecases/follow-import.ts";
import { importProducts } from "./usecases/import-products.ts";
import type { CategoryWriter, ProductWriter } from "./usecases/ports.ts";

export interface ImportsOptions {
  readonly deps: ServiceDeps;
  readonly currency: string;
  /** Whoever writes makes copies in memory be forgotten. */
  readonly products: Pick<ProductWriter, "putAll">;
  readonly categories: Pick<CategoryWriter, "insert">;
}

const every = (ms: number, work: () => void): (() => void) => {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
};

/** Import and export of products by files: their routes, and what runs beside them. */
export const createImports = ({ deps, currency, products, categories }: ImportsOptions) => {
  const { database, pubSub, clock, newId, log } = deps;
  const stopping = new AbortController();
  const signs = createImportSignals(pubSub);
  const imports = createImportStore(database);
  // Read from the tables, not from copies: what a file says is compared with what is there.
  const listing = createProductStore({ database, origin: currentRequest });
  const tree = createCategoryStore(database);
  const run = importProducts({
    ...{ products, listing, currency, clock, newId },
    categories: { tree: () => tree.tree(), insert: categories.insert },
    log: imports,
    pause,
    stopping: stopping.signal,
    onProgress: signs.tell,
  });
  return {
    routes: (guard: AuthGuard) =>
      new Elysia({ normalize: false })
        .use(importRoutes(guard, { run, reads: imports, newId }))
        .use(
          importStreamRoutes(guard, {
            follow: followImport({ reads: imports, signs, every }),
            stopping: stopping.signal,
            now: () => clock.now(),
            warn: log.warn.bind(log),
          }),
        )
        .use(
          exportRoutes(guard, exportProducts({ products: createExportReads(database), categories: tree })),
        ),
    start: signs.start,
    /** Ends imports after the chunk that they are at, and streams at once. */
    async stop() {
      stopping.abort();
      await signs.stop();
    },
  };
};
