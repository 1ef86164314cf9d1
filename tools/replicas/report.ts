import { type Difference, type DifferenceKind, fieldsThatDiffer } from "../../shared/replicas/copy.ts";
import type { RebuildReport } from "../../shared/replicas/rebuild.ts";
import type { VerifyReport } from "../../shared/replicas/verify.ts";

/** Rows that a report for people names, of each replica; `--json` names all. */
const SHOWN_MAX = 20;

/** One row that differs: versions and the names of fields, never what is in them. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly key: string;
  /** The version in the replica; null where the row is missing. */
  readonly kept: number | null;
  /** The owner's version; null where the owner has no such thing. */
  readonly owned: number | null;
  readonly fields: readonly string[];
}

export interface Findings extends Omit<VerifyReport, "differences"> {
  readonly owner: string;
  readonly differences: readonly Finding[];
}

const findingOf = ({ kind, key, kept, owned }: Difference): Finding => ({
  kind,
  key,
  kept: kept?.version ?? null,
  owned: owned?.version ?? null,
  fields: kind === "different" && kept !== null && owned !== null ? fieldsThatDiffer(kept, owned) : [],
});

export const findingsOf = ({ differences, ...report }: VerifyReport, owner: string): Findings => ({
  ...report,
  owner,
  differences: differences.map(findingOf),
});

const rowsOf = (count: number): string => `${count} row${count === 1 ? "" : "s"}`;

const wordsOf = ({ kind, key, kept, owned, fields }: Finding, owner: string): string => {
  if (kind === "missing") return `  ${key}: is missing, ${owner} has version ${owned}`;
  if (kind === "stranger") return `  ${key}: ${owner} has no such thing, here it is in version ${kept}`;
  if (kind === "different") return `  ${key}: version ${kept} differs in ${fields.join(", ")}`;
  return `  ${key}: version ${kept}, ${owner} has ${owned}`;
};

const replicaLines = ({ name, owner, owned, differences, complete }: Findings): string[] => {
  if (differences.length === 0) return [`${name}: ${rowsOf(owned)} compared, all agree with ${owner}.`];
  const more = differences.length - SHOWN_MAX;
  return [
    `${name}: ${rowsOf(owned)} compared, ${complete ? "" : "at least "}${differences.length} ${differences.length === 1 ? "differs" : "differ"}:`,
    ...differences.slice(0, SHOWN_MAX).map((finding) => wordsOf(finding, owner)),
    ...(more > 0 ? [`  … and ${more} more (--json names all)`] : []),
  ];
};

/** What `replicas:verify` tells people. */
export const verifyText = (found: readonly Findings[]): string => {
  const broken = found.filter(({ differences }) => differences.length > 0).map(({ name }) => name);
  const advice = broken.length > 0 ? [`Mend them with: bun run replicas:rebuild ${broken.join(" ")}`] : [];
  return [...found.flatMap(replicaLines), ...advice].join("\n");
};

const countsOf = ({ added, updated, replaced, removed }: RebuildReport): string => {
  const counts = [
    added > 0 ? `${added} added` : "",
    updated > 0 ? `${updated} brought up to date` : "",
    replaced > 0 ? `${replaced} replaced` : "",
    removed > 0 ? `${removed} removed` : "",
  ].filter((words) => words !== "");
  return counts.length > 0 ? counts.join(", ") : "nothing to mend";
};

/** What `replicas:rebuild` tells people. */
export const rebuildText = (reports: readonly (RebuildReport & { readonly owner: string })[]): string =>
  [
    ...reports.map(
      (report) => `${report.name}: ${rowsOf(report.owned)} of ${report.owner}, ${countsOf(report)}.`,
    ),
    ...reports
      .filter(({ settled }) => !settled)
      .map(({ name }) => `${name} goes on being written wrongly: find out by whom, then rebuild it again.`),
  ].join("\n");
