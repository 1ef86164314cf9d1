import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const FOLDER = join(import.meta.dir, "../../deploy/observability");

const ruleSchema = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
  annotations: z.strictObject({ summary: z.string().min(10), runbook_url: z.string() }),
});
export type AlertRule = z.infer<typeof ruleSchema>;
const rulesSchema = z.object({ groups: z.array(z.object({ rules: z.array(ruleSchema) })) });

const panelSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  targets: z.array(z.looseObject({ expr: z.string() })).optional(),
});
const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  panels: z.array(panelSchema),
});

const text = (path: string): string => readFileSync(join(FOLDER, path), "utf8");

export const alertRules = (): readonly AlertRule[] =>
  rulesSchema.parse(parse(text("alerts.yml"))).groups.flatMap(({ rules }) => rules);

export const dashboards = () =>
  readdirSync(join(FOLDER, "grafana/dashboards")).map((name) =>
    dashboardSchema.parse(JSON.parse(text(`grafana/dashboards/${name}`))),
  );

/** Names of the exporters' metrics, each with where it is documented. */
export const exporterMetrics = (): readonly string[] =>
  Object.values(
    z
      .record(z.string(), z.strictObject({ source: z.string().min(10), metrics: z.array(z.string()) }))
      .parse(JSON.parse(text("exporter-metrics.json"))),
  ).flatMap(({ metrics }) => metrics);

/** What a query says beside metrics: texts, label matchers, grouping, functions, durations and numbers. */
const NOT_NAMES: readonly RegExp[] = [
  /\{[^}]*\}/g,
  /"[^"]*"/g,
  /\[[^\]]*\]/g,
  /\b(?:by|on|ignoring|without|group_left)\s*\([^)]*\)/g,
  /\b[a-z_0-9]+\s*(?=\()/g,
  /\b(?:and|or|unless|by|bool|offset)\b/g,
  /\b\d+(?:\.\d+)?(?:e\d+)?[smhd]?\b/g,
];

/** The metrics that a query reads. */
export const metricsIn = (query: string): readonly string[] => {
  const bare = NOT_NAMES.reduce((rest, pattern) => rest.replaceAll(pattern, " "), query);
  return [...new Set(bare.match(/[a-z_][a-z0-9_]*/gi) ?? [])];
};

/** Every metric that the alerts and the dashboards read, and where. */
export const namesInUse = (): ReadonlyMap<string, string> => {
  const queries = [
    ...alertRules().map(({ alert, expr }) => ({ where: alert, expr })),
    ...dashboards().flatMap(({ title, panels }) =>
      panels.flatMap((panel) =>
        (panel.targets ?? []).map(({ expr }) => ({ where: `${title}, ${panel.title}`, expr })),
      ),
    ),
  ];
  return new Map(queries.flatMap(({ where, expr }) => metricsIn(expr).map((name) => [name, where])));
};
