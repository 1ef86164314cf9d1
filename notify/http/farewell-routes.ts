import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idSchema, problemSchema, strictObject } from "../../shared/http/schemas.ts";
import type { sayFarewell } from "../usecases/farewell.ts";

const outcomeSchema = Type.Union([
  Type.Literal("sent"),
  Type.Literal("unknown"),
  Type.Literal("unreachable"),
  Type.Literal("later"),
]);

/** The last message to a person, asked for by auth. */
export const farewellRoutes = (guard: AuthGuard, say: ReturnType<typeof sayFarewell>) =>
  new Elysia({ normalize: false })
    .use(guard)
    .put("/internal/people/:userId/farewell", ({ body }) => say(body), {
      openTo: "service",
      parse: "json",
      params: strictObject({ userId: idSchema }),
      body: strictObject({
        erasureId: idSchema,
        chatId: Type.Integer({ minimum: 1 }),
        language: Type.String({ maxLength: 35 }),
      }),
      response: {
        200: strictObject({ outcome: outcomeSchema }),
        401: problemSchema,
        422: problemSchema,
      },
      detail: {
        tags: ["notify"],
        summary: "Tell a person that their data is erased",
        description: "Called by auth at the end of an erasure; sent once at most.",
      },
    });
