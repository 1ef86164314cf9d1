import { describe, expect, test } from "bun:test";
import { createLogger } from "./logging.ts";
import { runWithRequest } from "./request-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const context = { requestId: "request-1", traceparent: `00-${TRACE}-${SPAN}-01` };

const open = () => {
  const written: string[] = [];
  const log = createLogger({ level: "debug", format: "json", write: (line) => written.push(line) });
  return { log, written, read: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
};

describe("a log line", () => {
  test("is one object with time, level, service and words, and where it belongs", () => {
    const { log, written, read } = open();
    runWithRequest(context, () => log.child({ service: "orders" }).warn("it took long", { ms: 900 }));
    const [{ time, ...line } = {}] = read();
    expect(line).toEqual({
      ...{ level: "warn", service: "orders", msg: "it took long", ms: 900 },
      ...{ requestId: "request-1", traceId: TRACE, spanId: SPAN },
    });
    expect(String(time)).toBe(new Date(String(time)).toISOString());
    expect(written[0]?.endsWith("}\n")).toBe(true);
  });

  test("of nobody's request says so by silence, and so does one in a trace that is none", () => {
    const { log, read } = open();
    log.info("started");
    runWithRequest({ requestId: "request-2", traceparent: "nonsense" }, () => log.info("served"));
    const [outside, inside] = read();
    expect(Object.keys(outside ?? {}).toSorted()).toEqual(["level", "msg", "time"]);
    expect(Object.keys(inside ?? {}).toSorted()).toEqual(["level", "msg", "requestId", "time"]);
  });

  test("stays one line, whatever somebody has put into it", () => {
    const { log, written, read } = open();
    const forged = 'ok\r\n{"level":"error","msg":"forged"}\u2028\u0000\u001b[31m';
    log.info(forged, { userAgent: forged, error: new Error(forged) });
    expect(written).toHaveLength(1);
    expect([...(written[0]?.trimEnd() ?? "")].filter((character) => character < " ")).toEqual([]);
    expect(read()[0]).toMatchObject({ msg: forged, userAgent: forged });
  });

  test("hides what is secret by its name, at the top and one below", () => {
    const { log, written } = open();
    const secret = "hush-hush-hush";
    const names = [
      "password",
      "token",
      "secret",
      "accessToken",
      "refreshToken",
      "challengeSecret",
      "authorization",
      "initData",
    ];
    for (const name of names) log.info("a mistake", { [name]: secret, below: { [name]: secret } });
    log.info("a mistake", { code: secret });
    expect(written.filter((line) => line.includes(secret))).toEqual([]);
    expect(written.filter((line) => line.includes("[hidden]"))).toHaveLength(names.length + 1);
  });

  test("below its level is not written", () => {
    const written: string[] = [];
    const log = createLogger({ level: "warn", format: "json", write: (line) => written.push(line) });
    log.info("quiet");
    log.error("loud");
    expect(written).toHaveLength(1);
  });
});
