import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { reportSuite } from "../../shared/testing/suite-report.ts";
import { alertRules, dashboards, metricsIn } from "./names-in-use.ts";

const ROOT = join(import.meta.dir, "../..");
const FOLDER = join(ROOT, "deploy/observability");
const read = (path: string): string => readFileSync(join(FOLDER, path), "utf8");

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

test.each([
  ['sum by (le) (rate(a_bucket{x="up"}[5m])) > 0.5 and b_total', ["a_bucket", "b_total"]],
  ['histogram_quantile(0.99, sum by (le) (rate(h_bucket{status=~"5..|4.."}[10m]))) > 1e3', ["h_bucket"]],
  ["max(x) / max by (a, b) (y) or vector(0)", ["x", "y"]],
])("the metrics of a query are found: %s", (query, metrics) => {
  expect([...metricsIn(query)]).toEqual(metrics);
});

test("every alert leads to a heading of the runbook, which README.md lists", () => {
  const links = new Set(alertRules().map(({ annotations }) => annotations.runbook_url));
  for (const link of links) expect(link).toMatch(/^docs\/runbook\.md#[a-z0-9-]+$/);
  const wanted = [...links].map((link) => link.split("#")[1] ?? "");
  expect(wanted.filter((anchor) => !read("README.md").includes(`\`#${anchor}\``))).toEqual([]);
  const anchors = anchorsOf(readFileSync(join(ROOT, "docs/runbook.md"), "utf8"));
  expect(wanted.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

test("an alert is named once, and says how long something must last", () => {
  const names = alertRules().map(({ alert }) => alert);
  expect(new Set(names).size).toBe(names.length);
  expect(alertRules().filter(({ for: lasts }) => !/^\d+[smh]$/.test(lasts))).toEqual([]);
});

test("there are five dashboards, each with panels that ask for something and an id of its own", () => {
  const all = dashboards();
  expect(all.map(({ uid }) => uid).toSorted()).toEqual([
    ...["kiosk-overview", "kiosk-postgresql", "kiosk-rabbitmq", "kiosk-redis", "kiosk-shop"],
  ]);
  for (const { panels } of all) {
    const asking = panels.filter(({ type }) => type !== "row");
    expect(asking.length).toBeGreaterThan(5);
    expect(asking.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  }
});

const datasourcesSchema = z.object({
  datasources: z.array(z.looseObject({ uid: z.string(), type: z.string() })),
});

test("dashboards and links ask sources that are provisioned, and logs are kept for seven days", () => {
  const { datasources } = datasourcesSchema.parse(
    parse(read("grafana/provisioning/datasources/datasources.yml")),
  );
  expect(datasources.map(({ uid }) => uid)).toEqual(["prometheus", "loki", "jaeger"]);
  const asked = JSON.stringify(dashboards()).matchAll(/"uid":"([^"]+)"/g);
  const uids = new Set([...asked].map(([, uid = ""]) => uid).filter((uid) => !uid.startsWith("kiosk-")));
  expect([...uids]).toEqual(["prometheus"]);
  const loki = z
    .looseObject({
      limits_config: z.looseObject({ retention_period: z.string() }),
      compactor: z.looseObject({ retention_enabled: z.boolean() }),
    })
    .parse(parse(read("loki.yml")));
  expect([loki.limits_config.retention_period, loki.compactor.retention_enabled]).toEqual(["168h", true]);
});

test("what README.md lists is there", () => {
  const listed = [...read("README.md").matchAll(/^\| `([^`#]+)` \|/gm)].map(([, path = ""]) => path);
  expect(listed.length).toBeGreaterThan(6);
  expect(listed.filter((path) => !existsSync(join(FOLDER, path)))).toEqual([]);
});

const promtool = Bun.which("promtool");
const TITLE = "promtool accepts the rules, their cases and the configuration";
if (promtool === null)
  reportSuite({ outcome: "skipped", title: TITLE, reason: "there is no promtool on the PATH" });
else {
  reportSuite({ outcome: "ran", title: TITLE, reason: "promtool" });
  test.each([
    ["rules", ["check", "rules", "alerts.yml"]],
    ["cases", ["test", "rules", "alerts.test.yml"]],
    // The file with the token is not here.
    ["configuration", ["check", "config", "--syntax-only", "prometheus.yml"]],
  ])("promtool accepts the %s", async (_, words) => {
    const child = Bun.spawn([promtool, ...words], { cwd: FOLDER, stdout: "pipe", stderr: "pipe" });
    const [out, err, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    expect({ exitCode, said: exitCode === 0 ? "" : out + err }).toEqual({ exitCode: 0, said: "" });
  });
}
