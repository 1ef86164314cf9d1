import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { type AuthGuard, constantTimeEqual } from "../../shared/http/auth-guard.ts";
import { strictObject } from "../../shared/http/schemas.ts";

/** The header that Telegram sends with `secret_token` (Bot API, setWebhook). */
const SECRET_HEADER = "x-telegram-bot-api-secret-token";

/** What became of an update: `later` makes Telegram deliver it again. */
export type IntakeOutcome = "done" | "not-an-update" | "later";

export interface WebhookOptions {
  /** The last part of the path; it keeps strangers' calls away from the handler. */
  readonly pathSecret: string;
  /** What the header must say. */
  readonly headerSecret: string;
  take(update: unknown): Promise<IntakeOutcome>;
}

const statusOf: Readonly<Record<IntakeOutcome, number>> = { done: 200, "not-an-update": 400, later: 503 };

const empty = (status: number): Response => new Response(null, { status });

/**
 * Where Telegram brings updates. Both secrets are compared before the body is read; every answer is empty, so that
 * nothing is told to whoever tries.
 */
export const webhookRoutes = (guard: AuthGuard, { pathSecret, headerSecret, take }: WebhookOptions) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/telegram/webhook/:secret",
    async ({ request, params }) => {
      const rightPath = constantTimeEqual(params.secret, pathSecret);
      const rightHeader = constantTimeEqual(request.headers.get(SECRET_HEADER) ?? "", headerSecret);
      if (!rightPath || !rightHeader) return empty(401);
      const update: unknown = await request.json().catch(() => undefined);
      return empty(statusOf[await take(update)]);
    },
    {
      openTo: "telegram",
      parse: "none",
      params: strictObject({ secret: Type.String({ maxLength: 256 }) }),
      detail: {
        tags: ["notify"],
        summary: "Telegram's updates",
        description: `Proved by a secret path and the header \`${SECRET_HEADER}\`. Every answer is empty: 200, 400, 401 or 503.`,
      },
    },
  );
