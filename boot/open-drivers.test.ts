import { expect, test } from "bun:test";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { readBootConfig } from "./config.ts";
import { openDrivers } from "./open-drivers.ts";
import { StartError } from "./start-error.ts";

const SECRETS = { INTERNAL_TOKEN: "i".repeat(32), SANDBOX_TOKEN: "s".repeat(32) };

/** A port where nobody listens. */
const freePort = (): number => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  probe.stop(true);
  return probe.port;
};

test.each(["DATABASE_URL", "ORDERS_DATABASE_URL"])(
  "a PostgreSQL of %s that is away is named with its variable, and without its password",
  async (variable) => {
    const url = `postgres://kiosk:hunter2@127.0.0.1:${freePort()}/orders`;
    const closers: (() => Promise<void> | void)[] = [];
    const failure = await openDrivers({
      config: readBootConfig({ ...SECRETS, [variable]: url }),
      services: ["orders"],
      log: silentLogger(),
      closeLast: (_what, close) => void closers.push(close),
    }).catch((error: unknown) => error);
    for (const close of closers.reverse()) await close();
    expect(failure).toBeInstanceOf(StartError);
    expect(String(failure)).toContain(`is ${variable} right?`);
    expect(String(failure)).toContain("PostgreSQL at postgres://kiosk:***@127.0.0.1");
    expect(String(failure)).not.toContain("hunter2");
  },
);
