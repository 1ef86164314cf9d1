import type { Clock } from "../../shared/kernel/clock.ts";
import { KioskError, unavailable } from "../../shared/kernel/errors.ts";
import { type ErasingService, erasingServices } from "../domain/erasure.ts";
import { spendOrRefuse } from "./budgets.ts";
import type { PeopleServices } from "./erasure-ports.ts";
import type { Budget, Budgets } from "./limit-ports.ts";

/** An export asks everybody for everything: enough for whoever wants their data, too few to be a load. */
const exportsPerPerson: Budget = { name: "export-person", points: 6, windowSeconds: 3_600 };
/** Exports that one process puts together at once: each may hold as much as the next bound says. */
const EXPORTS_AT_ONCE = 4;
/** Characters of one export: about 50,000 orders. Who has more gets theirs from the shop's database, by a person. */
const EXPORT_MAX_CHARACTERS = 64 * 1024 * 1024;
/** Within the gateway's wait for the head of this answer. */
const EXPORT_DEADLINE_MS = 60_000;
const BUSY_RETRY_SECONDS = 5;

export interface ExportPersonDeps {
  readonly people: Pick<PeopleServices, "exportPage">;
  readonly budgets: Budgets;
  readonly clock: Clock;
}

/** What one export may still take. */
interface Allowance {
  characters: number;
  readonly endsAt: number;
}

const spend = (allowance: Allowance, characters: number, clock: Clock): void => {
  allowance.characters -= characters;
  if (allowance.characters < 0)
    throw new KioskError(
      "PAYLOAD_TOO_LARGE",
      "This is more than one document can hold: ask the shop for it.",
    );
  if (clock.now().getTime() > allowance.endsAt)
    throw unavailable("Your data could not be put together in time: try again later.", BUSY_RETRY_SECONDS);
};

/** All parts of one service as JSON text: every page, or a failure. */
const exportOf = async (
  { people, clock }: ExportPersonDeps,
  service: ErasingService,
  userId: string,
  allowance: Allowance,
): Promise<string> => {
  const parts = new Map<string, string[]>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<PeopleServices["exportPage"]>> = await people.exportPage(
      service,
      userId,
      cursor,
    );
    for (const name of page.parts) if (!parts.has(name)) parts.set(name, []);
    for (const { part, record } of page.items) {
      const text = JSON.stringify(record);
      spend(allowance, text.length, clock);
      parts.get(part)?.push(text);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  const members = [...parts].map(([name, records]) => `${JSON.stringify(name)}:[${records.join(",")}]`);
  return `${JSON.stringify(service)}:{${members.join(",")}}`;
};

/**
 * Everything that all services hold about a person, as the text of one JSON document: whole or not at all. Fails with
 * `TRY_LATER` (asked for too often), `UNAVAILABLE` (a service does not answer, too many exports at once, or it takes too
 * long) and `PAYLOAD_TOO_LARGE`.
 */
export const exportPerson = (deps: ExportPersonDeps) => {
  let underWay = 0;
  return async (userId: string): Promise<string> => {
    if (underWay >= EXPORTS_AT_ONCE)
      throw unavailable("Others are getting their data just now: try again in a moment.", BUSY_RETRY_SECONDS);
    underWay += 1;
    try {
      await spendOrRefuse(deps.budgets, exportsPerPerson, userId);
      const now = deps.clock.now();
      const allowance = { characters: EXPORT_MAX_CHARACTERS, endsAt: now.getTime() + EXPORT_DEADLINE_MS };
      const services: string[] = [];
      // One after the other: an export is in no hurry, and whoever buys meanwhile is.
      for (const service of erasingServices) services.push(await exportOf(deps, service, userId, allowance));
      const head = `"format":"kiosk-export/1","userId":${JSON.stringify(userId)},"exportedAt":${JSON.stringify(now)}`;
      return `{${head},"services":{${services.join(",")}}}`;
    } finally {
      underWay -= 1;
    }
  };
};
