import { Elysia } from "elysia";
import type { PublishingService } from "../contracts/operations.ts";
import type { OutboxStanding } from "../outbox/outbox-standing.ts";
import type { AuthGuard } from "./auth-guard.ts";
import { outboxesSchema } from "./operations-schemas.ts";
import { problemSchema } from "./schemas.ts";

export interface OutboxRoutesOptions {
  readonly service: PublishingService;
  readonly read: () => Promise<OutboxStanding>;
}

/** What staff see of the events that this service has not published yet. */
export const outboxRoutes = (guard: AuthGuard, { service, read }: OutboxRoutesOptions) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get("/v1/ops/outbox", async () => ({ items: [{ service, ...(await read()) }], unavailable: [] }), {
      audience: "staff",
      response: { 200: outboxesSchema, 401: problemSchema, 403: problemSchema },
      detail: {
        tags: ["operations"],
        summary: "See what waits to be published",
        description:
          "The outbox of every service. Events wait here while the event bus is away, or a consumer's database in the same process; an " +
          "`oldestSeconds` of more than a few says so.",
      },
    });
