import type { Plan } from "./plan.ts";
import type { ReplayResult } from "./run.ts";
import type { Verification } from "./verify.ts";

/** Problems that are printed; the rest is counted. */
const PROBLEMS_SHOWN = 20;

const tally = (plan: Plan): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { kind, reasons } of plan.outcomes) {
    for (const reason of reasons)
      counts.set(`${kind}: ${reason}`, (counts.get(`${kind}: ${reason}`) ?? 0) + 1);
  }
  return counts;
};

const countOf = (plan: Plan, kind: string): number =>
  plan.outcomes.filter((outcome) => outcome.kind === kind).length;

/** The account of a replay: every line, every order, and what the checks found. */
export const replayReport = (
  plan: Plan,
  { placed }: ReplayResult,
  verification: Verification,
  seconds: number,
): string => {
  const [accepted, corrected, reported] = ["accepted", "corrected", "reported"].map((kind) =>
    countOf(plan, kind),
  ) as [number, number, number];
  const replayed = [...placed.values()].filter((order) => order.replayed).length;
  const reasons = [...tally(plan)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([reason, count]) => `    ${String(count).padStart(6)}  ${reason}`);
  const statuses = Object.entries(verification.orders).map(([status, count]) => `${count} ${status}`);
  const problems = verification.problems.slice(0, PROBLEMS_SHOWN).map((problem) => `    ✗ ${problem}`);
  return [
    "",
    `  Lines     ${plan.outcomes.length} read = ${accepted} accepted + ${corrected} corrected + ${reported} reported`,
    ...reasons,
    `            (customer ids written as decimals, read as whole numbers: ${plan.decimalIds})`,
    `  Products  ${plan.products.length}, customers ${plan.customers.length}`,
    `  Orders    ${plan.orders.length}: ${statuses.join(", ")}${replayed > 0 ? `; ${replayed} of them were there from a run before` : ""}`,
    `  Returns   ${plan.returns.filter(({ kind }) => kind === "cancel").length} orders cancelled, ${plan.returns.filter(({ kind }) => kind === "goods-back").length} lines of goods back`,
    `  Checks    ${verification.skusCompared} SKUs: counters, ledger and orders ${verification.problems.length === 0 ? "agree" : "DISAGREE"}`,
    ...problems,
    ...(verification.problems.length > PROBLEMS_SHOWN
      ? [`    … and ${verification.problems.length - PROBLEMS_SHOWN} more`]
      : []),
    `  Time      ${seconds.toFixed(1)} s`,
    "",
  ].join("\n");
};
