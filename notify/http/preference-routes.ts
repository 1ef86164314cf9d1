import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { nullable, problemSchema, strictObject } from "../../shared/http/schemas.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import { locales } from "../domain/locale.ts";
import type { customerCategories, Preferences, staffCategories } from "../domain/preferences.ts";
import { TIME_OF_DAY } from "../domain/quiet-hours.ts";
import type { readPreferences, replacePreferences, Settings } from "../usecases/preferences.ts";
import { oneOf } from "./schemas.ts";

export interface PreferenceCases {
  readonly read: ReturnType<typeof readPreferences>;
  readonly replace: ReturnType<typeof replacePreferences>;
}

const timeOfDay = Type.String({
  pattern: TIME_OF_DAY.source,
  error: "must be a time of day such as 22:00",
  examples: ["22:00"],
});

const words = {
  orders: "cards and headlines of own orders; on by default",
  backInStock: "products that were waited for; on by default",
  marketing: "offers of the shop; off until it is chosen",
  orderAlerts: "staff only: orders that come, change and end",
  stockAlerts: "staff only: stock that runs low and comes back",
} as const;

const choicesSchema = strictObject({
  orders: Type.Optional(Type.Boolean({ description: words.orders })),
  backInStock: Type.Optional(Type.Boolean({ description: words.backInStock })),
  marketing: Type.Optional(Type.Boolean({ description: words.marketing })),
  orderAlerts: Type.Optional(Type.Boolean({ description: words.orderAlerts })),
  stockAlerts: Type.Optional(Type.Boolean({ description: words.stockAlerts })),
} satisfies Record<(typeof customerCategories)[number] | (typeof staffCategories)[number], unknown>);

const quietHoursSchema = strictObject(
  { from: timeOfDay, to: timeOfDay },
  { description: "by the clock of the account's time zone; over midnight where `from` is the later" },
);
const languageSchema = nullable(oneOf(locales, "of messages"));

const bodySchema = strictObject(
  {
    categories: choicesSchema,
    quietHours: nullable(quietHoursSchema),
    language: languageSchema,
  },
  {
    examples: [
      { categories: { marketing: true }, quietHours: { from: "22:00", to: "08:00" }, language: null },
    ],
  },
);

const answerSchema = strictObject(
  {
    categories: choicesSchema,
    quietHours: nullable(quietHoursSchema),
    timezone: Type.String({
      description: "the account's, by which quiet hours go",
      examples: ["Europe/Berlin"],
    }),
    language: languageSchema,
  },
  {
    examples: [
      {
        categories: { orders: true, backInStock: true, marketing: true },
        quietHours: { from: "22:00", to: "08:00" },
        timezone: "Europe/Berlin",
        language: null,
      },
    ],
  },
);

const answerOf = ({ preferences: { quietHours, language }, chosen, timezone }: Settings) => ({
  ...{ categories: { ...chosen }, quietHours, timezone },
  language,
});

const preferencesIn = ({
  categories,
  quietHours,
  language,
}: {
  readonly categories: Preferences["choices"];
  readonly quietHours: Preferences["quietHours"];
  readonly language: Preferences["language"];
}): Preferences => {
  if (quietHours !== null && quietHours.from === quietHours.to)
    throw invalid("/quietHours/to", "must be another time than `from`");
  return { choices: categories, quietHours, language };
};

/** What a person chooses to be told of. */
export const preferenceRoutes = (guard: AuthGuard, { read, replace }: PreferenceCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get("/v1/notifications/preferences", async ({ principal }) => answerOf(await read(principal)), {
      audience: "customer",
      response: { 200: answerSchema, 401: problemSchema },
      detail: {
        tags: ["notify"],
        summary: "Read what one is told of",
        description:
          "Every category that the caller can choose. Codes, and notices that concern the safety of the account, are none: they always come.",
      },
    })
    .put(
      "/v1/notifications/preferences",
      async ({ principal, body }) => answerOf(await replace(principal, preferencesIn(body))),
      {
        audience: "customer",
        body: bodySchema,
        response: {
          200: answerSchema,
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
          422: problemSchema,
        },
        detail: {
          tags: ["notify"],
          summary: "Choose what one is told of",
          description:
            "Replaces all choices; a category that is left out is as by default. It counts at once, also for what waits to be sent. Quiet hours hold back marketing until they end, nothing else. `language: null` is the account's.",
        },
      },
    );
