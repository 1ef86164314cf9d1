import { describe, expect, test } from "bun:test";
import { silentLogger } from "../testing/silent-logger.ts";
import { createLifecycle, type LongLived } from "./lifecycle.ts";

const recorder = () => {
  const events: string[] = [];
  const part = (name: string, failing: { start?: boolean; stop?: boolean } = {}): LongLived => ({
    name,
    async start() {
      events.push(`start ${name}`);
      if (failing.start) throw new Error(`${name} cannot start`);
    },
    async stop() {
      events.push(`stop ${name}`);
      if (failing.stop) throw new Error(`${name} cannot stop`);
    },
  });
  return { events, part };
};

describe("a lifecycle", () => {
  test("starts in order and stops in reverse, once", async () => {
    const { events, part } = recorder();
    const lifecycle = createLifecycle([part("a"), part("b")], silentLogger());
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(events).toEqual(["start a", "start b", "stop b", "stop a"]);
  });

  test("stops what has started when a later part cannot start, and says why", async () => {
    const { events, part } = recorder();
    const lifecycle = createLifecycle([part("a"), part("b", { start: true }), part("c")], silentLogger());
    await expect(lifecycle.start()).rejects.toThrow("b cannot start");
    expect(events).toEqual(["start a", "start b", "stop b", "stop a"]);
  });

  test("a part that cannot stop keeps no other from stopping, and is logged", async () => {
    const { events, part } = recorder();
    const log = silentLogger();
    const lifecycle = createLifecycle([part("a"), part("b", { stop: true })], log);
    await lifecycle.start();
    await lifecycle.stop();
    expect(events.slice(2)).toEqual(["stop b", "stop a"]);
    expect(log.lines.map(({ message }) => message)).toEqual(["b did not stop cleanly"]);
  });
});
