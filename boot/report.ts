import { partNames } from "./config.ts";
import type { RunningKiosk } from "./start-kiosk.ts";

const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ")}`.trimEnd())
    .join("\n");
};

const addresses = ({ url, sandbox }: RunningKiosk): string[][] => [
  ...(sandbox ? [["Begin here", `${url}/sandbox   buy as a customer, restock as the merchant`]] : []),
  ["Shop", url],
  ["Console", `${url}/admin`],
  ["API", `${url}/docs`],
  ["Health", `${url}/health`],
];

/** Parts that run apart need servers between them: said where one is missing. */
const lonely = ({ parts, resolved }: RunningKiosk): string => {
  const inProcess = resolved.filter(({ is }) => is === "in process").map(({ variable }) => variable);
  if (parts.length === partNames.length || inProcess.length === 0) return "";
  return `\n  Other parts do not run here, and what is in process does not reach them: set ${inProcess.join(" and ")}.\n`;
};

/** What `bun start` prints: what each part resolved to, where to click, and that it is ready. */
export const startReport = (kiosk: RunningKiosk, version: string, seconds: number): string => {
  const { parts, resolved, url, adminPhone } = kiosk;
  const table = columns([
    ["part", "is", "set by"],
    ...resolved.map(({ part, is, variable }) => [part, is, variable]),
  ]);
  const admin =
    adminPhone === null
      ? ""
      : `\n  The merchant's phone in the sandbox is ${adminPhone}: whoever signs in with it is admin.\n`;
  const pages = parts.includes("gateway") ? `\n${columns(addresses(kiosk))}\n${admin}` : "";
  return `\nKiosk ${version}: ${parts.join(", ")}\n\n${table}\n${lonely(kiosk)}${pages}\nKiosk is ready at ${url} after ${seconds.toFixed(1)} s. Ctrl-C stops it.\n`;
};
