import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import type { PersonPart } from "../../shared/people/export-page.ts";

// The catalog keeps nothing about people of its own: only what every service has beside its tables (ADR 0035).

export const catalogParts: readonly PersonPart[] = [requestsPart];
export const catalogEraseSteps: readonly EraseStep[] = [eraseRequests, eraseParked];
