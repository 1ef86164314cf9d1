import { Elysia } from "elysia";
import type { DeliverCodeRequest } from "../../shared/contracts/internal-api.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import type { CodeOutcome } from "../usecases/deliver-code.ts";
import { botSchema, codeAnswerSchema, codeRequestSchema } from "./schemas.ts";

export interface InternalCases {
  deliverCode(request: DeliverCodeRequest): Promise<{ outcome: CodeOutcome }>;
  /** Fails with `UNAVAILABLE` while Telegram has not said who the bot is. */
  describeBot(): Promise<{ username: string; deepLinkBase: string }>;
}

/** What auth asks of notify. */
export const internalRoutes = (guard: AuthGuard, { deliverCode, describeBot }: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post("/internal/codes", ({ body }) => deliverCode(body), {
      openTo: "service",
      parse: "json",
      body: codeRequestSchema,
      response: { 200: codeAnswerSchema, 401: problemSchema, 422: problemSchema },
      detail: {
        tags: ["notify"],
        summary: "Deliver a sign-in code",
        description:
          'Sends the code to its chat at once and keeps it nowhere. Not to be repeated when the outcome is unknown. Answers for example `{ "outcome": "sent" }`.',
      },
    })
    .get("/internal/bot", () => describeBot(), {
      openTo: "service",
      response: { 200: botSchema, 401: problemSchema, 503: problemSchema },
      detail: {
        tags: ["notify"],
        summary: "How a person reaches the bot",
        description: "`deepLinkBase` followed by a start payload is a link that opens the bot.",
      },
    });
