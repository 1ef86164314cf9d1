import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { crashPoint, crashPoints, parseDoom } from "./crash-point.ts";

describe("crash points", () => {
  test("are named with the pass at which the process ends", () => {
    expect(parseDoom("orders.ask.after")).toEqual({ point: "orders.ask.after", passes: 0 });
    expect(parseDoom("orders.ask.after#7")).toEqual({ point: "orders.ask.after", passes: 6 });
    for (const wrong of ["", "orders", "orders.ask.after#0", "orders.ask.after#x", "orders.ask.after#1#2"])
      expect(parseDoom(wrong)).toBeNull();
  });

  test("do nothing unless one is armed", () => {
    for (const point of crashPoints) crashPoint(point);
  });

  test("end the process as kill -9 does, at the pass that was named and not before", async () => {
    const script = `
      import { armCrashPoint, crashPoint } from ${JSON.stringify(join(import.meta.dir, "crash-point.ts"))};
      armCrashPoint({ point: "orders.ask.after", passes: 2 });
      for (let pass = 1; ; pass += 1) {
        process.stdout.write(pass + " ");
        crashPoint("orders.ask.before");
        crashPoint("orders.ask.after");
        if (pass > 5) break;
      }`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
    expect(await new Response(child.stdout).text()).toBe("1 2 3 ");
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
  });
});
