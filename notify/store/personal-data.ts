import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import type { PersonPart } from "../../shared/people/export-page.ts";
import { eraseBroadcasts, expectedBroadcastsPart, writtenBroadcastsPart } from "./broadcast-personal-data.ts";
import { chatPart, codeEndingsPart, codeMessagesPart, eraseChat } from "./chat-personal-data.ts";
import { eraseChoices, mailPart, preferencesPart, waitingPart } from "./choice-personal-data.ts";
import { deliveriesPart, eraseDeliveries, orderCardsPart, staffCardsPart } from "./delivery-personal-data.ts";
import { eraseStaffChat, staffParts } from "./staff-personal-data.ts";

// What notify holds about a person, for their export and for their erasure (ADR 0035).

/** In the order in which they are told. */
export const notifyParts: readonly PersonPart[] = [
  ...[chatPart, deliveriesPart, orderCardsPart, staffCardsPart, codeMessagesPart, codeEndingsPart],
  ...[preferencesPart, waitingPart, mailPart],
  ...[expectedBroadcastsPart, writtenBroadcastsPart],
  ...staffParts,
  requestsPart,
];

/** In the order in which they are taken: questions are found by the chat, and places in broadcasts by the messages. */
export const notifyEraseSteps: readonly EraseStep[] = [
  eraseStaffChat,
  eraseChat,
  eraseChoices,
  eraseBroadcasts,
  eraseDeliveries,
  eraseRequests,
  eraseParked,
];
