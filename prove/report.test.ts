import { describe, expect, test } from "bun:test";
import type { Judged } from "./judging.ts";
import type { CallRecord, Evidence, FaultRecord } from "./promise.ts";
import { type Report, reportOf, reportSchema } from "./report.ts";
import { reportMarkdown, reportText } from "./report-text.ts";

const call = (more: Partial<CallRecord>): CallRecord => ({
  ...{ atMs: 0, tookMs: 5, name: "order", method: "POST", path: "/v1/orders", status: 201 },
  ...more,
});
const fault = (more: Partial<FaultRecord>): FaultRecord => ({
  ...{
    atMs: 1_000,
    kind: "kill",
    target: "all",
    detail: "kill -9",
    struck: true,
    endedAtMs: 2_000,
    recoveredAtMs: 2_300,
  },
  ...more,
});

const evidence = {
  seed: 7,
  calls: [
    call({ key: "a", status: null }),
    call({ key: "a", status: 503 }),
    call({ key: "a" }),
    // The other of two that were sent at once: nobody answered it.
    call({ key: "a", status: null }),
    call({ key: "b", status: 409, code: "OUT_OF_STOCK" }),
    call({ key: "c", status: 202 }),
    call({ key: "d", status: null }),
    call({ key: "e", status: 422 }),
    call({ name: "cancel", path: "/v1/orders/1/cancel", status: 200 }),
    call({ name: "product", method: "GET", path: "/v1/products/a", status: 200 }),
  ],
  faults: [
    fault({}),
    fault({ kind: "crash-point", detail: "orders.ask.after", recoveredAtMs: 9_000 }),
    fault({ kind: "killed", target: "postgres", recoveredAtMs: null }),
    fault({ kind: "cut", target: "postgres", recoveredAtMs: 2_100 }),
    fault({ kind: "published-again", target: "orders", struck: false, recoveredAtMs: null }),
  ],
  acts: {},
  calmSinceMs: 10_000,
  settledMs: 1_000,
  shop: { exits: [], readers: [], sends: [] } as unknown as Evidence["shop"],
} satisfies Evidence;

const judgedAs = (name: string, findings: readonly string[], notJudged?: string): Judged => ({
  ...{ name, says: `${name}: as the table has it` },
  verdict: {
    counted: { orders: 12_345 },
    findings: findings.map((what) => ({ what, details: { sku: "A|B" } })),
    ...(notJudged === undefined ? {} : { notJudged }),
  },
  keptAfterMs: findings.length > 0 ? null : 1_200,
});

const facts = {
  options: { seed: 7, minutes: 0.5, servers: "real" },
  only: ["never-oversold"],
  broken: "never-oversold",
  commit: "abc1234",
  startedAt: "2026-01-02T03:04:05.000Z",
  tookSeconds: 61.5,
  machine: { system: "Linux", processors: 2, model: "Slow", memoryGb: 4, bun: "1.0.0" },
} as const;
const made = (...judged: readonly Judged[]): Report => reportOf(facts, evidence, judged);

describe("the report of a run", () => {
  test("counts orders by what their clients were told at last, kills by where, recoveries that were seen", () => {
    const { figures } = made(judgedAs("never-oversold", []));
    expect(figures).toMatchObject({
      requests: 10,
      answers: { none: 3, "503": 1, "200": 2, "201": 1 },
      orders: { placed: 5, confirmed: 1, pending: 1, outOfStock: 1, refused: 1, unanswered: 1, cancelled: 1 },
      kills: 3,
      killsByPoint: { "kill -9 at any moment": 1, "orders.ask.after": 1, "kill -9 of postgres": 1 },
      faults: 5,
      notStruck: 1,
      recovery: { watched: 3, medianMs: 300, worstMs: 7_000 },
    });
  });

  test("is JSON that its own schema reads again, unchanged", () => {
    const report = made(judgedAs("never-oversold", ["sold twice"]), judgedAs("deploy", [], "one process"));
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test("is kept when nothing was found, also where something could not be judged", () => {
    expect(made(judgedAs("never-oversold", []), judgedAs("deploy", [], "one process")).kept).toBe(true);
    expect(made(judgedAs("never-oversold", []), judgedAs("replicas", ["one differs"])).kept).toBe(false);
  });

  test("says it in words: a line a promise, what was found, and how to do it again", () => {
    const text = reportText(
      made(
        judgedAs("never-oversold", []),
        judgedAs("replicas", ["one differs", "2", "3", "4", "5", "6", "7"]),
        judgedAs("deploy", [], "one process is everything"),
      ),
    );
    expect(text).toMatch(/✓ never-oversold +orders 12,345, so 1,200 ms after the last fault/);
    expect(text).toMatch(/✗ replicas +orders 12,345\n {6}one differs \{"sku":"A\|B"\}/);
    expect(text).toContain("and 2 more");
    expect(text).toMatch(/– deploy +one process is everything/);
    expect(text).toContain("1 promises kept, 1 broken, 1 not judged");
    expect(text).toContain(
      "bun run prove --minutes 0.5 --seed 7 --servers real --only never-oversold --break never-oversold",
    );
  });

  test("is a page whose tables survive what stands in them", () => {
    const page = reportMarkdown(made(judgedAs("a|b", ["one differs"])));
    expect(page).toContain("| ✗ a|b | a\\|b: as the table has it | orders 12,345 |");
    expect(page).toContain("- a|b: one differs");
    expect(page).toContain("on 2026-01-02");
  });
});
