import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";

/** The variables of the catalog service. */
export const catalogConfigSchema = z.object({
  CURRENCY: variable.currency(),
  CATALOG_CACHE_TTL_SECONDS: variable
    .seconds(300, 1, 86_400)
    .describe("How long products lie in Redis for all instances, where there is a REDIS_URL"),
});

export type CatalogConfig = Readonly<z.infer<typeof catalogConfigSchema>>;
