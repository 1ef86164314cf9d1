import { describe } from "bun:test";
import { appendFileSync } from "node:fs";

export type ServerVariable = "DATABASE_URL" | "REDIS_URL" | "RABBITMQ_URL";

const fromEnvironment = (variable: ServerVariable): string | undefined => process.env[variable] || undefined;

/** The servers that this run may use, by the variables that Kiosk itself reads. */
export const realServers = {
  postgres: fromEnvironment("DATABASE_URL"),
  redis: fromEnvironment("REDIS_URL"),
  rabbitmq: fromEnvironment("RABBITMQ_URL"),
} as const;

/**
 * Registers the suite when the server's URL is set. When it is not, registers nothing and says so: to the file that
 * KIOSK_TEST_SKIPS names (`bun run test` prints it at the end), else to the terminal.
 */
export function describeIf(
  url: string | undefined,
  variable: ServerVariable,
  title: string,
  suite: (url: string) => void,
): void {
  report(url === undefined ? "skipped" : "ran", variable, title);
  if (url !== undefined) {
    describe(title, () => suite(url));
  }
}

function report(outcome: "ran" | "skipped", variable: ServerVariable, title: string): void {
  const file = process.env.KIOSK_TEST_SKIPS;
  if (file) {
    appendFileSync(file, `${JSON.stringify({ outcome, variable, title })}\n`);
  } else if (outcome === "skipped") {
    console.info(`skipped: ${title} (${variable} is not set)`);
  }
}
