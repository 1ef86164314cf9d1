// `bun tools/env-example.ts`: writes .env.example and docs/reference/configuration.md from the configuration schemas. A test compares them.

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
export const CONFIGURATION_PAGE = fileURLToPath(
  new URL("../docs/reference/configuration.md", import.meta.url),
);

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

const PAGE_HEAD = `# Configuration

Every variable that Kiosk reads. Nothing here has to be set: \`bun start\` runs without any, and what production cannot do without is named by \`bun run prod-check\`. Where parts
run apart, each needs those of *The process* and its own; a variable that several parts read is listed once and names them all. An address of a database and whatever is called a token, key,
secret or password is a secret: it comes from the environment or a file, and is printed nowhere.

Made from the schemas by \`bun tools/env-example.ts\`, as is [.env.example](../../.env.example); a test compares both.
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

interface Variable {
  readonly name: string;
  readonly meaning: string;
  readonly fallback: string;
  readonly readBy: string;
}

const readersOf = (name: string): string =>
  name in bootConfigSchema.shape
    ? "all"
    : sections
        .filter(({ schema }) => name in schema.shape)
        .map(({ title }) => title.toLowerCase())
        .join(", ");

/** The variables by section. One that several parts read is listed once, where it is read first. */
const listed = (): readonly { readonly title: string; readonly variables: readonly Variable[] }[] => {
  const seen = new Set<string>();
  return sections.map(({ title, schema }) => ({
    title,
    variables: Object.entries(schema.shape).flatMap(([name, field]) => {
      if (seen.has(name)) return [];
      seen.add(name);
      const type = field as z.ZodType;
      const meaning = sentence(type.description ?? "");
      return [{ name, meaning, fallback: defaultOf(type), readBy: readersOf(name) }];
    }),
  }));
};

/** The text of .env.example. */
export const envExample = (): string => {
  const blocks = listed().map(({ title, variables }) => {
    const lines = variables.flatMap(({ name, meaning, fallback }) => [
      `# ${meaning}`,
      `#${name}=${fallback}`,
    ]);
    return [`# ── ${title} ${"─".repeat(60 - title.length)}`, "", ...lines].join("\n");
  });
  return `${HEAD}\n${blocks.join("\n\n")}\n`;
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The text of docs/reference/configuration.md. */
export const configurationPage = (): string => {
  const tables = listed().map(({ title, variables }) => {
    const rows = variables.map(({ name, meaning, fallback, readBy }) => {
      const shown = fallback === "" ? "–" : `\`${cell(fallback)}\``;
      return `| \`${name}\` | ${shown} | ${cell(meaning)} | ${readBy} |`;
    });
    const head = ["| variable | default | meaning | read by |", "|---|---|---|---|"];
    return [`## ${title}`, "", ...head, ...rows].join("\n");
  });
  return `${PAGE_HEAD}\n${tables.join("\n\n")}\n`;
};

if (import.meta.main) {
  await Bun.write(ENV_EXAMPLE, envExample());
  await Bun.write(CONFIGURATION_PAGE, configurationPage());
}
