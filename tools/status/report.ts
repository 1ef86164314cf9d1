import { serviceNames } from "../../shared/runtime/service.ts";
import { findingsOf, type Status } from "./findings.ts";

const HEAD = ["service", "state", "answers in", "version", "outbox", "oldest", "parked", "migrations"];

const rowOf = (status: Status, name: (typeof serviceNames)[number]): string[] => {
  const answer = status.services?.[name];
  const books = status.books[name];
  const answered =
    answer === undefined
      ? ["?", "", ""]
      : [answer.status, `${answer.responseTimeMs} ms`, answer.version ?? ""];
  if (books === null) return [name, ...answered, "?", "?", "?", "?"];
  const { outbox, parked, migrations } = books;
  const standing = migrations.pending > 0 ? `${migrations.pending} to apply` : "applied";
  return [
    name,
    ...answered,
    `${outbox.unsent}`,
    `${outbox.oldestSeconds.toFixed(1)} s`,
    `${parked}`,
    migrations.unknown > 0 ? `${standing}, ${migrations.unknown} newer` : standing,
  ];
};

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};

/** The whole status as a page for a terminal; what has to be looked at stands last. */
export const statusText = (status: Status): string => {
  const { sagas, deliveries } = status;
  const findings = findingsOf(status);
  return [
    table([HEAD, ...serviceNames.map((name) => rowOf(status, name))]),
    "",
    sagas === null ? "sagas: ?" : `sagas: ${sagas.unfinished} under way, ${sagas.stuck} stuck`,
    deliveries === null
      ? "deliveries: ?"
      : `deliveries: ${deliveries.waiting} wait; in the last day ${deliveries.failed} failed, ${deliveries.unknown} in doubt`,
    "",
    findings.length === 0 ? `All is well at ${status.url}.` : findings.map((text) => `! ${text}`).join("\n"),
  ].join("\n");
};
