import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { type StepUpAction, stepUpActionNames } from "../../shared/contracts/step-up.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idSchema, nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { requestCode } from "../usecases/request-code.ts";
import type { resendCode } from "../usecases/resend-code.ts";
import type { requestStepUp, SteppedUp } from "../usecases/step-up.ts";
import type { verifyCode } from "../usecases/verify-code.ts";
import { clientOf } from "./client.ts";
import { pairAnswer, signedInSchema, userAnswer, userSchema } from "./schemas.ts";

interface OtpCases {
  readonly requestStepUp: ReturnType<typeof requestStepUp>;
  readonly requestCode: ReturnType<typeof requestCode>;
  readonly resendCode: ReturnType<typeof resendCode>;
  readonly verifyCode: ReturnType<typeof verifyCode>;
}

const tags = ["sign-in"];
const purpose = Type.Optional(Type.Literal("login", { description: "what the code is to be good for" }));
const resendAfter = Type.Integer({
  description: "seconds until another code may be asked for",
  examples: [60],
});

const actionSchema = Type.Unsafe<StepUpAction>(
  Type.Union(
    stepUpActionNames.map((name) => Type.Literal(name)),
    {
      error: "must be an action that wants a fresh code",
      description:
        "what the code is for, named in the message and good for that alone; all of them without it",
    },
  ),
);

const requestBody = Type.Union([
  strictObject(
    { phone: Type.String({ maxLength: 32, description: "with country code" }), purpose },
    { examples: [{ phone: "+4915112345678" }] },
  ),
  strictObject({ link: Type.Literal(true), purpose }, { examples: [{ link: true }] }),
  strictObject(
    {
      purpose: Type.Literal("step-up", {
        description: "a fresh code for who is signed in, for a risky call",
      }),
      action: Type.Optional(actionSchema),
    },
    { examples: [{ purpose: "step-up", action: "users.manage" }] },
  ),
]);
const challengeFields = {
  challengeId: idSchema,
  challengeSecret: Type.String({ maxLength: 128, description: "known to who began the sign-in alone" }),
};

const asking = (guard: AuthGuard, cases: OtpCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/auth/otp/request",
      async ({ body, request, set, visitor }) => {
        const client = clientOf(request);
        const asked =
          body.purpose === "step-up"
            ? await cases.requestStepUp({ caller: visitor, action: body.action ?? null, client })
            : await cases.requestCode({ phone: "phone" in body ? body.phone : null, client });
        set.status = 202;
        set.headers["cache-control"] = "no-store";
        return { ...asked, expiresAt: asked.expiresAt.toISOString() };
      },
      {
        openTo: "public",
        parse: "json",
        body: requestBody,
        response: {
          202: strictObject({
            ...challengeFields,
            deepLink: Type.String({ description: "opens the bot; the code comes there" }),
            expiresAt: timeSchema,
            resendAfter,
          }),
          ...{ 401: problemSchema, 403: problemSchema, 409: problemSchema },
          422: problemSchema,
          429: problemSchema,
          503: problemSchema,
        },
        detail: {
          summary: "Begin a sign-in",
          description:
            'By phone or by link. The answer is the same for every phone. Who is not known yet opens the deep link and shares their contact; who is gets a code at once. With `purpose: "step-up"` and an access token: a fresh code for a risky call (`STEP_UP_REQUIRED`), sent to the caller\'s own chat with its purpose in words.',
          tags,
        },
      },
    )
    .post(
      "/v1/auth/otp/resend",
      async ({ body, request, set }) => {
        const asked = await cases.resendCode({ ...body, client: clientOf(request) });
        set.status = 202;
        set.headers["cache-control"] = "no-store";
        return { ...asked, expiresAt: asked.expiresAt.toISOString() };
      },
      {
        openTo: "public",
        parse: "json",
        body: strictObject(challengeFields),
        response: {
          202: strictObject({ challengeId: idSchema, expiresAt: timeSchema, resendAfter }),
          401: problemSchema,
          422: problemSchema,
          429: problemSchema,
          503: problemSchema,
        },
        detail: {
          summary: "Ask for another code",
          description: "Twice a challenge, a minute apart. The code before is void.",
          tags,
        },
      },
    );

const steppedUpSchema = strictObject({
  accessToken: Type.String({ description: "JWT of the same session, with the proof" }),
  tokenType: Type.Literal("Bearer"),
  expiresIn: Type.Integer({ description: "seconds that the access token lives", examples: [900] }),
  stepUp: strictObject({ action: nullable(actionSchema), endsAt: timeSchema }),
  user: userSchema,
});

const steppedUpAnswer = ({ accessToken, expiresIn, stepUp: { action, endsAt } }: SteppedUp) => ({
  ...{ accessToken, tokenType: "Bearer" as const, expiresIn },
  stepUp: { action, endsAt: endsAt.toISOString() },
});

const finishing = (guard: AuthGuard, cases: OtpCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/auth/otp/verify",
    async ({ body, request, set, visitor }) => {
      const { challengeSecret = "" } = body;
      const proved = await cases.verifyCode({
        ...{ ...body, challengeSecret },
        ...{ caller: visitor, client: clientOf(request) },
      });
      set.headers["cache-control"] = "no-store";
      const user = userAnswer(proved.user);
      return "stepUp" in proved ? { ...steppedUpAnswer(proved), user } : { ...pairAnswer(proved), user };
    },
    {
      openTo: "public",
      parse: "json",
      body: strictObject(
        {
          ...challengeFields,
          // Whoever has no secret is told what everybody is told who has a wrong one.
          challengeSecret: Type.Optional(challengeFields.challengeSecret),
          code: Type.String({ maxLength: 32 }),
        },
        {
          examples: [
            {
              challengeId: "0198c0de-0000-7000-8000-000000000001",
              challengeSecret: "…",
              code: "012345",
            },
          ],
        },
      ),
      response: {
        200: Type.Union([signedInSchema, steppedUpSchema]),
        401: problemSchema,
        422: problemSchema,
        429: problemSchema,
        503: problemSchema,
      },
      detail: {
        summary: "Finish a sign-in",
        description:
          "Exchanges the code for tokens. Whatever is wrong, the answer is one and the same (`OTP_INVALID`). Five wrong codes close the challenge; twenty in a row close codes for the account for a time, which is not said here. A code of a step-up is verified with the access token of the session that asked, and gives that session an access token with a proof, good for `stepUp.action` (null: all) until `stepUp.endsAt`; the refresh token stays.",
        tags,
      },
    },
  );

/** Sign-in by a code that the bot sends. */
export const otpRoutes = (guard: AuthGuard, cases: OtpCases) =>
  new Elysia({ normalize: false }).use(asking(guard, cases)).use(finishing(guard, cases));
