import {
  erasePersonAnswerSchema,
  farewellAnswerSchema,
  personExportPageSchema,
} from "../shared/contracts/internal-people.ts";
import { decodeCursor, encodeCursor } from "../shared/http/cursor.ts";
import { createErasePerson } from "../shared/people/erase-person.ts";
import { createExportPages, exportPositionSchema } from "../shared/people/export-page.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient, type ServiceClient } from "../shared/runtime/service-client.ts";
import { type ErasingService, erasingServices } from "./domain/erasure.ts";
import { authEraseSteps, authParts } from "./store/personal-data.ts";
import type { PeopleServices } from "./usecases/erasure-ports.ts";

// Everybody who holds something of people: the other services by their internal routes, and this one.

/** A page of an export, or an erasure, is the work of moments; longer means that the service is not well. */
const PEOPLE_DEADLINE_MS = 5_000;

/** The answers of this service, in the form of the others'. */
const ownAnswers = ({ database, clock }: ServiceDeps): Pick<PeopleServices, "exportPage" | "erase"> => {
  const readPage = createExportPages(authParts, database.db);
  const erase = createErasePerson({ database, clock, steps: authEraseSteps });
  return {
    async exportPage(_service, userId, cursor) {
      const { next, ...page } = await readPage(
        userId,
        decodeCursor(cursor ?? undefined, exportPositionSchema),
      );
      return { ...page, nextCursor: next === null ? null : encodeCursor(next) };
    },
    erase: (_service, userId, request) => erase(userId, request),
  };
};

export const createPeopleServices = (deps: ServiceDeps): PeopleServices => {
  const { services, internalToken, clock } = deps;
  // Clients of their own: a breaker that opens here closes no door of the sign-in.
  const clients = new Map<ErasingService, ServiceClient>(
    erasingServices
      .filter((service) => service !== "auth")
      .map((service) => [
        service,
        createServiceClient({ service, fetch: services[service], internalToken, clock }),
      ]),
  );
  const clientOf = (service: ErasingService) => {
    const client = clients.get(service);
    if (client === undefined) throw new RangeError(`auth is not asked by a call: ${service}`);
    return client;
  };
  const own = ownAnswers(deps);
  const pathOf = (userId: string, action: string) => `/internal/people/${userId}/${action}`;
  return {
    async exportPage(service, userId, cursor) {
      if (service === "auth") return own.exportPage(service, userId, cursor);
      const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const { data } = await clientOf(service).call({
        method: "GET",
        path: `${pathOf(userId, "export")}${query}`,
        answers: { 200: personExportPageSchema },
        deadlineMs: PEOPLE_DEADLINE_MS,
      });
      return data;
    },
    async erase(service, userId, request) {
      if (service === "auth") return own.erase(service, userId, request);
      const { data } = await clientOf(service).call({
        method: "PUT",
        path: pathOf(userId, "erasure"),
        body: request,
        answers: { 200: erasePersonAnswerSchema },
        deadlineMs: PEOPLE_DEADLINE_MS,
      });
      return data;
    },
    async sayFarewell(userId, request) {
      const { data } = await clientOf("notify").call({
        method: "PUT",
        path: pathOf(userId, "farewell"),
        body: request,
        answers: { 200: farewellAnswerSchema },
        // A repetition would find it claimed and say "unknown" of a message that is on its way.
        idempotent: false,
        deadlineMs: PEOPLE_DEADLINE_MS * 2,
      });
      return data.outcome;
    },
  };
};
