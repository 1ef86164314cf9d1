import { mailView } from "../mail/mail-page.ts";
import { mailsAfter } from "../mail/mailbox.ts";
import { waitForChange } from "../state/waiting.ts";
import type { World } from "../state/world.ts";
import { json, waitOf, wholeNumber } from "./json.ts";
import type { Route } from "./routing.ts";

/** The mails that have landed here, of everybody or of one address; at once, or as soon as there are any. */
export function mailRoutes(world: World, controlToken: string): Route[] {
  return [
    [
      "GET",
      "/mail",
      async ({ request, stopped }) => {
        const query = new URL(request.url).searchParams;
        const wanted = { after: wholeNumber(query, "after"), to: query.get("to") };
        const found = await waitForChange(
          world,
          () => {
            const mails = mailsAfter(world, wanted);
            return mails.length > 0 && mails;
          },
          { timeoutMs: waitOf(query), signal: AbortSignal.any([request.signal, stopped]) },
        );
        return json({ items: (found ?? []).map((mail) => mailView(controlToken, mail)) });
      },
    ],
  ];
}
