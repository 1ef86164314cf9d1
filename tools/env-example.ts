// `bun tools/env-example.ts`: writes .env.example from the configuration schemas. A test compares the two.

import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { authConfigSchema } from "../auth/config.ts";
import { bootConfigSchema } from "../boot/config.ts";
import { catalogConfigSchema } from "../catalog/config.ts";
import { gatewayConfigSchema } from "../gateway/config.ts";
import { inventoryConfigSchema } from "../inventory/config.ts";
import { notifyConfigSchema } from "../notify/config.ts";
import { ordersConfigSchema } from "../orders/config.ts";

export const ENV_EXAMPLE = fileURLToPath(new URL("../.env.example", import.meta.url));

const sections: readonly { readonly title: string; readonly schema: z.ZodObject }[] = [
  { title: "The process", schema: bootConfigSchema },
  { title: "Gateway", schema: gatewayConfigSchema },
  { title: "Auth", schema: authConfigSchema },
  { title: "Catalog", schema: catalogConfigSchema },
  { title: "Inventory", schema: inventoryConfigSchema },
  { title: "Orders", schema: ordersConfigSchema },
  { title: "Notify", schema: notifyConfigSchema },
];

const HEAD = `# Every variable that Kiosk reads, with its meaning and its default. Nothing here has to be set: copy a line to .env,
# take the # away, and change it. Made from the schemas by \`bun tools/env-example.ts\`.
`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a field is when nothing is set, as it would be written; empty where there is no default. */
const defaultOf = (field: z.ZodType): string => {
  const read = field.safeParse(undefined);
  if (!read.success || read.data === undefined) return "";
  if (typeof read.data === "boolean") return read.data ? "on" : "off";
  if (Array.isArray(read.data)) return read.data.join(",");
  // Pairs such as name=value: none by default.
  return typeof read.data === "object" ? Object.keys(read.data as object).join(",") : String(read.data);
};

/** The text of .env.example. A variable that several parts read is listed once, where it is read first. */
export const envExample = (): string => {
  const seen = new Set<string>();
  const blocks = sections.map(({ title, schema }) => {
    const lines = Object.entries(schema.shape).flatMap(([name, field]) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const type = field as z.ZodType;
      return [`# ${sentence(type.description ?? "")}`, `#${name}=${defaultOf(type)}`];
    });
    return [`# ── ${title} ${"─".repeat(60 - title.length)}`, "", ...lines].join("\n");
  });
  return `${HEAD}\n${blocks.join("\n\n")}\n`;
};

if (import.meta.main) await Bun.write(ENV_EXAMPLE, envExample());
