import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { addressStates } from "../domain/mail-address.ts";
import type { AddressStanding, askForCode, confirmAddress, endMail } from "../usecases/confirm-address.ts";
import type { Unsubscribe } from "../usecases/unsubscribe.ts";
import { localeOfRequest } from "./notification-routes.ts";
import { oneOf } from "./schemas.ts";

export interface MailCases {
  readonly ask: ReturnType<typeof askForCode>;
  readonly confirm: ReturnType<typeof confirmAddress>;
  readonly end: ReturnType<typeof endMail>;
  readonly unsubscribe: Unsubscribe;
  /** The page that asks before it ends advertising, and what it says then. */
  readonly page: (locale: ReturnType<typeof localeOfRequest>, state: "asks" | "done") => string;
}

const standingSchema = strictObject(
  {
    state: oneOf(addressStates, "`confirmed`: mail is on"),
    codeExpiresAt: nullable(timeSchema),
  },
  { examples: [{ state: "unconfirmed", codeExpiresAt: "2026-01-01T12:30:00.000Z" }] },
);

const viewOf = ({ state, codeExpiresAt }: AddressStanding) => ({
  state,
  codeExpiresAt: codeExpiresAt?.toISOString() ?? null,
});

/** A page of a stranger's browser: nothing runs, nothing is loaded, and it stands in no frame. */
const pageResponse = (body: string, status = 200): Response =>
  new Response(body, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    },
  });

const tags = ["notify"];
const unsubscribePath = "/v1/notifications/unsubscribe/:token";
const tokenParams = () => strictObject({ token: Type.String({ maxLength: 128 }) });

/** Switching mail on and off. */
const addressRoutes = (guard: AuthGuard, cases: MailCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/notifications/email",
      async ({ principal, set }) => {
        set.status = 202;
        return viewOf(await cases.ask(principal.userId));
      },
      {
        audience: "customer",
        response: {
          202: standingSchema,
          401: problemSchema,
          409: problemSchema,
          429: problemSchema,
          503: problemSchema,
        },
        detail: {
          tags,
          summary: "Have mail sent to the account's address",
          description:
            "Mails a code of six digits to the address of the account; only typing it in switches mail on. `confirmed` where that is done already. 409 for an account without an address, 429 where codes were asked for just now or too often.",
        },
      },
    )
    .post(
      "/v1/notifications/email/confirm",
      async ({ principal, body }) => viewOf(await cases.confirm(principal.userId, body.code)),
      {
        audience: "customer",
        parse: "json",
        body: strictObject(
          { code: Type.String({ pattern: "^[0-9]{6}$", error: "must be 6 digits" }) },
          { examples: [{ code: "042917" }] },
        ),
        response: {
          200: standingSchema,
          401: problemSchema,
          409: problemSchema,
          422: problemSchema,
          429: problemSchema,
        },
        detail: {
          tags,
          summary: "Type the mailed code in",
          description:
            "Switches mail on: orders, products that are back, what concerns the safety of the account, and offers where these are chosen. Five wrong codes end the code. An address that is changed has to be confirmed anew.",
        },
      },
    )
    .delete(
      "/v1/notifications/email",
      async ({ principal, set }) => {
        await cases.end(principal.userId);
        set.status = 204;
      },
      {
        audience: "customer",
        response: { 204: Type.Void(), 401: problemSchema, 409: problemSchema },
        detail: { tags, summary: "No more mail", description: "Also where there is none." },
      },
    );

/** The end of advertising, by the link below it. */
const unsubscribeRoutes = (guard: AuthGuard, cases: MailCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      unsubscribePath,
      ({ request, params }) => {
        // A reader's program may open links by itself: to look at the page ends nothing.
        const isKnown = cases.unsubscribe.isToken(params.token);
        return isKnown ? pageResponse(cases.page(localeOfRequest(request), "asks")) : pageResponse("", 404);
      },
      {
        openTo: "public",
        params: tokenParams(),
        detail: {
          tags,
          summary: "The page behind the link of a mail with offers",
          description: "HTML with one button, which posts to the same address.",
        },
      },
    )
    .post(
      unsubscribePath,
      async ({ request, params }) => {
        const isDone = await cases.unsubscribe.end(params.token);
        return isDone ? pageResponse(cases.page(localeOfRequest(request), "done")) : pageResponse("", 404);
      },
      {
        openTo: "public",
        parse: "none",
        params: tokenParams(),
        detail: {
          tags,
          summary: "No more offers",
          description:
            "By the button of that page, or by a mail program in one call (RFC 8058). Again, it changes nothing.",
        },
      },
    );

/** Mail: switching it on, and the end of advertising by the link below it. */
export const mailRoutes = (guard: AuthGuard, cases: MailCases) =>
  addressRoutes(guard, cases).use(unsubscribeRoutes(guard, cases));
