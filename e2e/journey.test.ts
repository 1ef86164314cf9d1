import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { PartName } from "../boot/config.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { expectClientReadme } from "./client-readme.ts";
import { startCluster } from "./cluster.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(120_000);

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

interface Shop {
  readonly url: string;
  readonly dataDir: string;
  readonly adminPhone?: string;
}

/** The walk through the shop: sign-in by bot, buying, selling out, cancelling, restocking, hearing about it. */
const expectWalk = async ({ url, dataDir, adminPhone }: Shop) => {
  const sandboxToken = readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "";
  const { out, exitCode } = await runCommand("tools/demo/demo.ts", ["--url", url], {
    SANDBOX_TOKEN: sandboxToken,
    ...(adminPhone === undefined ? {} : { ADMIN_PHONES: adminPhone }),
  });
  expect(out).toContain("Everything as told.");
  expect(exitCode).toBe(0);
};

describe("the walk through the shop", () => {
  test("in one process, with everything embedded", async () => {
    const own = ownFolder();
    closers.push(own.close);
    const { url } = await own.start();
    const shop = { url, dataDir: own.dataDir };
    await expectWalk(shop);
    await expectClientReadme(shop, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  });
});

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

describeIf(postgres && redis && rabbitmq, missing, "the walk through the shop on real servers", () => {
  // One after the other: they share the broker's queues, and a bot has one consumer.
  const walks: readonly [string, readonly (readonly PartName[])[]][] = [
    ["in one process", [[]]],
    ["in six processes", [["gateway"], ["auth"], ["catalog"], ["inventory"], ["orders"], ["notify"]]],
  ];
  for (const [name, processes] of walks) {
    test(name, async () => {
      const cluster = await startCluster(processes);
      await expectWalk(cluster).finally(cluster.close);
    });
  }
});
