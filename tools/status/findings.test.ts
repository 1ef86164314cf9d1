import { describe, expect, test } from "bun:test";
import { serviceNames } from "../../shared/runtime/service.ts";
import { type Books, findingsOf, type Status } from "./findings.ts";
import { statusText } from "./report.ts";

const outbox = { unsent: 0, oldestSeconds: 0, failedAttempts: 0, relaying: false };
const books: Books = { outbox, parked: 0, migrations: { pending: 0, unknown: 0 } };
const well: Status = {
  url: "http://127.0.0.1:3000",
  services: Object.fromEntries(
    serviceNames.map((name) => [name, { status: "ok", responseTimeMs: 1.5, version: "0.1.0" }]),
  ),
  books: { auth: books, catalog: books, inventory: books, orders: books, notify: books },
  sagas: { unfinished: 3, stuck: 0 },
  deliveries: { waiting: 2, lateSeconds: 12, failed: 0, unknown: 0 },
};

describe("a status", () => {
  test("of a shop that is well has nothing to look at", () => {
    expect(findingsOf(well)).toEqual([]);
    expect(statusText(well)).toContain("All is well at http://127.0.0.1:3000.");
    expect(statusText(well)).toContain("sagas: 3 under way, 0 stuck");
  });

  test("names each thing that somebody should look at", () => {
    const ill: Status = {
      ...well,
      services: {
        ...well.services,
        orders: { status: "down", responseTimeMs: 2_000, version: null },
        auth: { status: "ok", responseTimeMs: 1, version: "0.2.0" },
      },
      books: {
        ...well.books,
        orders: null,
        catalog: {
          outbox: { ...outbox, oldestSeconds: 75.4 },
          parked: 2,
          migrations: { pending: 1, unknown: 0 },
        },
      },
      sagas: { unfinished: 9, stuck: 4 },
      deliveries: { waiting: 2, lateSeconds: 301, failed: 0, unknown: 0 },
    };
    expect(findingsOf(ill)).toEqual([
      "orders: down",
      "several versions run: 0.1.0, 0.2.0",
      "catalog: events have been waiting for 75 s",
      "catalog: 2 messages are parked",
      "catalog: 1 migrations are to be applied",
      "orders: its database cannot be read",
      "orders: 4 sagas are stuck",
      "notify: a delivery is 301 s late",
    ]);
    expect(statusText(ill)).toContain("! orders: 4 sagas are stuck");
  });

  test("tells that the gateway is away, and still what is in the databases", () => {
    const alone: Status = { ...well, services: null };
    expect(findingsOf(alone)).toEqual(["the gateway does not answer at http://127.0.0.1:3000"]);
    expect(statusText(alone)).toContain("orders");
  });

  test("does not mind migrations of a newer version: the code before them still works", () => {
    const newer: Status = {
      ...well,
      books: { ...well.books, auth: { ...books, migrations: { pending: 0, unknown: 2 } } },
    };
    expect(findingsOf(newer)).toEqual([]);
    expect(statusText(newer)).toContain("applied, 2 newer");
  });
});
