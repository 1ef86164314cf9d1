import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { readKeptSecrets } from "../boot/secrets.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(180_000);

const own = ownFolder();
afterAll(own.close);

const HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/** A small shop's month: invoices of two lines each by a few customers, one of them cancelled. */
const orderLines = (invoices: number): string => {
  const rows = Array.from({ length: invoices }, (_, number) => {
    const customer = 13_000 + (number % 8);
    const day = String(1 + (number % 28)).padStart(2, "0");
    const line = (code: number, quantity: number) =>
      `${540_000 + number},${code},THING ${code},${quantity},2011-01-${day} 10:00:00,1.25,${customer}.0,Elsewhere`;
    return [line(22_000 + (number % 5), 1 + (number % 3)), line(23_000 + (number % 7), 2)];
  });
  const back = rows[3]?.map((row) =>
    row.replace("540003", "C540003").replace(/,(\d+),2011-01-\d\d/, ",-$1,2011-02-01"),
  );
  return [HEAD, ...rows.flat(), ...(back ?? [])].join("\n");
};

const replay = (file: string, url: string) => {
  const sandboxToken = readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "";
  const child = Bun.spawn([process.execPath, "tools/replay/replay.ts", file, "--url", url], {
    cwd: join(import.meta.dir, ".."),
    env: { PATH: process.env.PATH ?? "", SANDBOX_TOKEN: sandboxToken },
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) output += decoder.decode(chunk, { stream: true });
  })();
  const ended = async () => {
    const exitCode = await child.exited;
    await reading;
    return { exitCode, output };
  };
  return { output: () => output, ended: ended() };
};

describe("kill -9 in the middle of a replay", () => {
  test("loses no order, leaks no stock, and the replay goes on without a duplicate", async () => {
    const file = join(own.dataDir, "lines.csv");
    await Bun.write(file, orderLines(120));
    const env = { RATE_LIMITS: "off", CURRENCY: "GBP" };
    const first = await own.start({ env });
    const port = new URL(first.url).port;

    const running = replay(file, first.url);
    await waitFor(() => /orders\s+\d+\/120/.test(running.output()), {
      what: "the first orders",
      timeoutMs: 90_000,
    });
    await first.kill();
    const second = await own.start({ env: { ...env, PORT: port } });

    const { exitCode, output } = await running.ended;
    expect(output).toContain("242 read = 242 accepted + 0 corrected + 0 reported");
    expect(output).toContain("counters, ledger and orders agree");
    expect(output).toContain("119 confirmed");
    expect(exitCode).toBe(0);

    const again = await replay(file, second.url).ended;
    expect(again.output).toContain("120 of them were there from a run before");
    expect(again.output).toContain("counters, ledger and orders agree");
    expect(again.exitCode).toBe(0);
  });
});
