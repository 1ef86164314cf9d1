// The page that a Kiosk shows to Prometheus, read back (https://prometheus.io/docs/instrumenting/exposition_formats/).

export interface ShownMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

const LINE = /^# (HELP|TYPE) (\S+) (.*)$/;

/** Every metric that a page names, by name, with or without samples. */
export const metricsOf = (page: string): ShownMetric[] => {
  const found = new Map<string, { type: string; help: string }>();
  for (const line of page.split("\n")) {
    const [, what, name = "", text = ""] = LINE.exec(line) ?? [];
    if (what === undefined) continue;
    const known = found.getOrInsertComputed(name, () => ({ type: "untyped", help: "" }));
    if (what === "TYPE") known.type = text;
    else known.help = text;
  }
  return [...found]
    .map(([name, facts]) => ({ name, ...facts }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
};

/** The names by which a metric's samples go: a histogram has three. */
export const seriesOf = ({ name, type }: ShownMetric): string[] =>
  type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

const HEAD = `# Metrics

What \`GET /metrics\` of a Kiosk shows, on the gateway and on every part that has a port of its own. Open to this machine alone, or to whoever has \`METRICS_TOKEN\`. Made from a
running Kiosk by \`bun run metrics\`; a test compares the two. No label holds an id, a path or anything else that a client writes. What cannot be read just now, such as a count in a database
that is away, is \`NaN\`.

| metric | kind | meaning |
|---|---|---|
`;

/** The text of docs/metrics.md. */
export const metricsDocument = (page: string): string =>
  `${HEAD}${metricsOf(page)
    .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help.replaceAll("|", "\\|")} |\n`)
    .join("")}`;
