import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { nullable, problemSchema, strictObject } from "../../shared/http/schemas.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import { locales } from "../domain/locale.ts";
import type { AddressState } from "../domain/mail-address.ts";
import type { customerCategories, Preferences, staffCategories } from "../domain/preferences.ts";
import { TIME_OF_DAY } from "../domain/quiet-hours.ts";
import type { askForCode, endMail } from "../usecases/confirm-address.ts";
import type {
  readPreferences,
  replacePreferences,
  Settings,
  WantedPreferences,
} from "../usecases/preferences.ts";
import { oneOf } from "./schemas.ts";

/** How a person's mail stands, where it is not merely on. */
export type MailState = AddressState | "off" | "unavailable";

/** What choosing mail does. */
export interface MailChoice {
  readonly read: (
    userId: string,
  ) => Promise<{ readonly state: MailState; readonly codeExpiresAt: Date | null }>;
  readonly ask: ReturnType<typeof askForCode>;
  readonly end: ReturnType<typeof endMail>;
}

export interface PreferenceCases {
  readonly read: ReturnType<typeof readPreferences>;
  readonly replace: ReturnType<typeof replacePreferences>;
  readonly mail: MailChoice;
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

const channelWords = {
  email: "copies by mail; true mails a code to the account's address, and only that code switches it on",
  webhook: "copies to the systems that hand messages on to phones, where the shop has such",
} as const;
const emailStates = ["off", "unconfirmed", "confirmed", "bad", "unavailable"] as const;

const bodySchema = strictObject(
  {
    categories: choicesSchema,
    quietHours: nullable(quietHoursSchema),
    language: languageSchema,
    channels: Type.Optional(
      strictObject(
        {
          email: Type.Optional(Type.Boolean({ description: channelWords.email })),
          webhook: Type.Optional(Type.Boolean({ description: channelWords.webhook })),
        },
        { description: "beside the bot; what is left out stays as it is" },
      ),
    ),
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
    channels: strictObject({
      email: Type.Boolean({ description: "true once the address is confirmed" }),
      webhook: Type.Boolean(),
    }),
    email: oneOf(
      emailStates,
      "unconfirmed: a code was mailed; bad: there is no such mailbox; unavailable: the shop sends no mail",
    ),
  },
  {
    examples: [
      {
        categories: { orders: true, backInStock: true, marketing: true },
        quietHours: { from: "22:00", to: "08:00" },
        timezone: "Europe/Berlin",
        language: null,
        channels: { email: true, webhook: false },
        email: "confirmed",
      },
    ],
  },
);

const answerOf = (
  { preferences: { quietHours, language, channels }, chosen, timezone }: Settings,
  email: MailState,
) => ({
  ...{ categories: { ...chosen }, quietHours, timezone, language, email },
  channels: { email: email === "confirmed", webhook: channels.webhook === true },
});

const preferencesIn = ({
  categories,
  quietHours,
  language,
  channels,
}: {
  readonly categories: Preferences["choices"];
  readonly quietHours: Preferences["quietHours"];
  readonly language: Preferences["language"];
  readonly channels?: { readonly email?: boolean; readonly webhook?: boolean } | undefined;
}): WantedPreferences => {
  if (quietHours !== null && quietHours.from === quietHours.to)
    throw invalid("/quietHours/to", "must be another time than `from`");
  const webhook = channels?.webhook;
  return {
    ...{ choices: categories, quietHours, language },
    channels: webhook === undefined ? undefined : { webhook },
  };
};

/** Begins or ends mail, where that is asked for. A code that is open is not mailed again: for another one there is a route of its own. */
const chooseMail = async (mail: MailChoice, userId: string, wanted: boolean | undefined): Promise<void> => {
  if (wanted === undefined) return;
  if (!wanted) return mail.end(userId);
  const { state, codeExpiresAt } = await mail.read(userId);
  if (state === "confirmed" || (state === "unconfirmed" && codeExpiresAt !== null)) return;
  await mail.ask(userId);
};

/** What a person chooses to be told of. */
export const preferenceRoutes = (guard: AuthGuard, { read, replace, mail }: PreferenceCases) => {
  const shown = async (settings: Settings, userId: string) =>
    answerOf(settings, (await mail.read(userId)).state);
  return new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/notifications/preferences",
      async ({ principal }) => shown(await read(principal), principal.userId),
      {
        audience: "customer",
        response: { 200: answerSchema, 401: problemSchema },
        detail: {
          tags: ["notify"],
          summary: "Read what one is told of",
          description:
            "Every category that the caller can choose. Codes, and notices that concern the safety of the account, are none: they always come.",
        },
      },
    )
    .put(
      "/v1/notifications/preferences",
      async ({ principal, body }) => {
        const wanted = preferencesIn(body);
        await chooseMail(mail, principal.userId, body.channels?.email);
        return shown(await replace(principal, wanted), principal.userId);
      },
      {
        audience: "customer",
        body: bodySchema,
        response: {
          200: answerSchema,
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
          429: problemSchema,
          503: problemSchema,
        },
        detail: {
          tags: ["notify"],
          summary: "Choose what one is told of",
          description:
            "Replaces all choices; a category that is left out is as by default. It counts at once, also for what waits to be sent. Quiet hours hold back marketing until they end, nothing else. `language: null` is the account's. `channels` are copies of what the bot says; 409 and 429 are those of `POST /v1/notifications/email`.",
        },
      },
    );
};
