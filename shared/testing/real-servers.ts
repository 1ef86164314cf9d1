import { describe } from "bun:test";
import { reportSuite } from "./suite-report.ts";

export type ServerVariable = "DATABASE_URL" | "REDIS_URL" | "RABBITMQ_URL";

const fromEnvironment = (variable: ServerVariable): string | undefined => process.env[variable] || undefined;

/** The servers that this run may use, by the variables that Kiosk itself reads. */
export const realServers = {
  postgres: fromEnvironment("DATABASE_URL"),
  redis: fromEnvironment("REDIS_URL"),
  rabbitmq: fromEnvironment("RABBITMQ_URL"),
} as const;

/** Registers the suite when the server's URL is set, and says so, or why not: see `reportSuite`. */
export function describeIf(
  url: string | undefined,
  variable: ServerVariable,
  title: string,
  suite: (url: string) => void,
): void {
  if (url === undefined) {
    reportSuite({ outcome: "skipped", title, reason: `${variable} is not set` });
  } else {
    reportSuite({ outcome: "ran", title, reason: variable });
    describe(title, () => suite(url));
  }
}
