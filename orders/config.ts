import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";

/** The variables of the orders service. */
export const ordersConfigSchema = z.object({ CURRENCY: variable.currency() });

export type OrdersConfig = Readonly<z.infer<typeof ordersConfigSchema>>;
