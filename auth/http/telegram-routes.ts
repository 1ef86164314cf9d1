import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema, strictObject } from "../../shared/http/schemas.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import type { signInByMiniApp, signInByWidget } from "../usecases/sign-in-by-telegram.ts";
import type { SignedIn } from "../usecases/start-session.ts";
import { clientOf } from "./client.ts";
import { pairAnswer, signedInSchema, userAnswer } from "./schemas.ts";

interface TelegramCases {
  readonly signInByMiniApp: ReturnType<typeof signInByMiniApp>;
  readonly signInByWidget: ReturnType<typeof signInByWidget>;
}

const tags = ["sign-in"];
const FIELD_MAX = 1_024;
const field = Type.String({ maxLength: FIELD_MAX });

const responses = {
  200: signedInSchema,
  401: problemSchema,
  404: problemSchema,
  422: problemSchema,
  429: problemSchema,
  503: problemSchema,
};

/** As the widget hands them over, under the names that Telegram has signed. */
const widgetBody = strictObject(
  {
    id: Type.Integer({ minimum: 1 }),
    first_name: Type.Optional(field),
    last_name: Type.Optional(field),
    username: Type.Optional(field),
    photo_url: Type.Optional(field),
    auth_date: Type.Integer({ minimum: 1, description: "Unix time, seconds" }),
    hash: Type.String({ maxLength: 128 }),
  },
  { examples: [{ id: 279058397, first_name: "Ada", auth_date: 1764000000, hash: "c501…e2b2" }] },
);

/** A way to sign in that is off is none: whatever is sent, the answer is 404. */
const switchedOn = <UseCase>(useCase: UseCase | null): UseCase => {
  if (useCase === null) throw notFound("way to sign in");
  return useCase;
};

const signedInAnswer = ({ user, ...pair }: SignedIn) => ({ ...pairAnswer(pair), user: userAnswer(user) });

/** Sign-in by what Telegram says of a person, without a code. */
export const telegramRoutes = (guard: AuthGuard, cases: TelegramCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/auth/telegram/miniapp",
      async ({ body, request, set }) => {
        set.headers["cache-control"] = "no-store";
        const signIn = switchedOn(cases.signInByMiniApp);
        return signedInAnswer(await signIn({ ...body, client: clientOf(request) }));
      },
      {
        openTo: "public",
        parse: "json",
        transform() {
          switchedOn(cases.signInByMiniApp);
        },
        body: strictObject(
          {
            // Without a limit of its own: what is too long is refused as everything else that is not Telegram's.
            initData: Type.String({ description: "Telegram.WebApp.initData, as it is" }),
          },
          { examples: [{ initData: "user=%7B%22id%22%3A279058397…&auth_date=1764000000&hash=c501…e2b2" }] },
        ),
        response: responses,
        detail: {
          summary: "Sign in from a Mini App",
          description:
            "Exchanges the init data of a Mini App for tokens. They are good for an hour and five times; whatever is wrong with them, the answer is the same 401. Who has no account gets one without a phone. 404 where no bot is known. An admin acts as staff until a fresh code for `admin.sign-in` is typed in.",
          tags,
        },
      },
    )
    .post(
      "/v1/auth/telegram/widget",
      async ({ body, request, set }) => {
        set.headers["cache-control"] = "no-store";
        const signIn = switchedOn(cases.signInByWidget);
        return signedInAnswer(await signIn({ fields: body, client: clientOf(request) }));
      },
      {
        openTo: "public",
        parse: "json",
        transform() {
          switchedOn(cases.signInByWidget);
        },
        body: widgetBody,
        response: responses,
        detail: {
          summary: "Sign in by the legacy login widget",
          description:
            "Only with `AUTH_TELEGRAM_WIDGET=on`, else 404. What the widget hands over is good for five minutes, once.",
          tags,
        },
      },
    );
