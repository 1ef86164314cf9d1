import type { Report } from "./report.ts";

/** Findings that are printed of each promise; the JSON holds all. */
const FINDINGS_SHOWN = 5;
const DETAILS_SHOWN = 400;

type PromiseReport = Report["promises"][number];

const number = (value: number): string => value.toLocaleString("en");
const sign = ({ verdict }: PromiseReport): string => ({ kept: "✓", broken: "✗", "not judged": "–" })[verdict];

const list = (figures: Readonly<Record<string, number>>): string =>
  Object.entries(figures)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(", ");

/** How the same faults are planned again. */
export const repeatCommand = ({ seed, minutes, servers, only, broken }: Report): string =>
  [
    `bun run prove --minutes ${minutes} --seed ${seed}`,
    ...(servers === "embedded" ? [] : [`--servers ${servers}`]),
    ...(only === null ? [] : [`--only ${only.join(",")}`]),
    ...(broken === null ? [] : [`--break ${broken}`]),
  ].join(" ");

const recoveryText = ({ recovery }: Report["figures"]): string =>
  recovery.worstMs === null
    ? "nobody saw one from its beginning to its end"
    : `ready again after ${number(recovery.medianMs ?? 0)} ms at the median, ${number(recovery.worstMs)} ms at worst (${recovery.watched} watched)`;

/** The figures of a run, as a name and a line each. */
const figureLines = ({ figures }: Report): readonly (readonly [name: string, text: string])[] => {
  const { orders } = figures;
  const unstruck = figures.notStruck === 0 ? "" : `; ${figures.notStruck} of them could not be made`;
  return [
    [
      "Orders",
      `${number(orders.placed)}: ${number(orders.confirmed)} confirmed (${number(orders.cancelled)} of them cancelled later), ${number(orders.outOfStock)} out of stock, ${number(orders.pending)} told to wait, ${number(orders.refused)} refused, ${number(orders.unanswered)} never answered`,
    ],
    ["Requests", `${number(figures.requests)}: ${list(figures.requestsByName)}`],
    ["Answers", list(figures.answers)],
    ["Kills", `${number(figures.kills)}: ${list(figures.killsByPoint)}`],
    ["Faults", `${number(figures.faults)}${unstruck}: ${list(figures.faultsByKind)}`],
    ["Recovery", recoveryText(figures)],
    ["Messages", `${number(figures.messages)} taken by Telegram's stand-in`],
    [
      "Streams",
      `opened ${number(figures.streamsOpened)} times, read anew ${number(figures.streamResyncs)} times`,
    ],
    ["Ends", `${number(figures.unwantedExits)} processes ended that nobody had killed`],
  ];
};

const countedText = ({ counted, keptAfterMs, notJudged }: PromiseReport): string => {
  if (notJudged !== null) return notJudged;
  const after = keptAfterMs === null ? [] : [`so ${number(keptAfterMs)} ms after the last fault`];
  return [...Object.entries(counted).map(([name, count]) => `${name} ${number(count)}`), ...after].join(", ");
};

const findingLines = ({ findings }: PromiseReport): string[] => [
  ...findings
    .slice(0, FINDINGS_SHOWN)
    .map(({ what, details }) => `${what} ${JSON.stringify(details).slice(0, DETAILS_SHOWN)}`),
  ...(findings.length > FINDINGS_SHOWN ? [`and ${findings.length - FINDINGS_SHOWN} more`] : []),
];

const headline = ({ promises }: Report): string => {
  const of = (verdict: PromiseReport["verdict"]) =>
    promises.filter((each) => each.verdict === verdict).length;
  const apart = of("not judged");
  return `${of("kept")} promises kept, ${of("broken")} broken${apart === 0 ? "" : `, ${apart} not judged`}`;
};

const where = ({ servers, minutes, seed, commit, machine }: Report): string =>
  `${minutes} min of faults, ${servers} servers, seed ${seed}, commit ${commit ?? "unknown"}, ${machine.system}, ${machine.processors} × ${machine.model}, Bun ${machine.bun}`;

/** The report for a terminal. */
export const reportText = (report: Report): string => {
  const width = Math.max(...report.promises.map(({ name }) => name.length));
  return [
    "",
    ...report.promises.flatMap((promise) => [
      `  ${sign(promise)} ${promise.name.padEnd(width)}  ${countedText(promise)}`,
      ...findingLines(promise).map((line) => `      ${line}`),
    ]),
    "",
    ...figureLines(report).map(([name, text]) => `  ${name.padEnd(9)} ${text}`),
    "",
    `  ${headline(report)}; ${where(report)}`,
    `  Again: ${repeatCommand(report)}`,
    "",
  ].join("\n");
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The report as a page. */
export const reportMarkdown = (report: Report): string =>
  [
    "# Proof",
    "",
    `Written by \`${repeatCommand(report)}\` on ${report.startedAt.slice(0, 10)}. ${headline(report)}; ${where(report)}.`,
    "",
    "| promise | says | counted |",
    "|---|---|---|",
    ...report.promises.map(
      (promise) =>
        `| ${sign(promise)} ${promise.name} | ${cell(promise.says)} | ${cell(countedText(promise))} |`,
    ),
    "",
    ...report.promises.flatMap((promise) =>
      findingLines(promise).map((line) => `- ${promise.name}: ${line}`),
    ),
    "",
    "| figure | |",
    "|---|---|",
    ...figureLines(report).map(([name, text]) => `| ${name} | ${cell(text)} |`),
    "",
  ].join("\n");
