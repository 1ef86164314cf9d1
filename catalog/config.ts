import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";

/** The variables of the catalog service. */
export const catalogConfigSchema = z.object({ CURRENCY: variable.currency() });

export type CatalogConfig = Readonly<z.infer<typeof catalogConfigSchema>>;
