import type { Locale } from "../domain/locale.ts";
import { html } from "../telegram/html.ts";
import { mailTextsFor } from "./mail-texts.ts";

/** The page behind “No more offers” in a mail: it asks, since programs open links; then it says that it is done. */
export const unsubscribePage = (shop: string, locale: Locale, state: "asks" | "done"): string => {
  const { question, button, done } = mailTextsFor(locale).unsubscribePage;
  const body =
    state === "done"
      ? html`<p>${done}</p>`
      : html`<p>${question}</p><form method="post"><button style="font:inherit;padding:.5em 1em">${button}</button></form>`;
  return `<!doctype html>
<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html`${shop}`.markup}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em">
<h1 style="font-size:1.3em">${html`${shop}`.markup}</h1>
${body.markup}
</body>
</html>
`;
};
