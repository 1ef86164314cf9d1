import type { Locale } from "../domain/locale.ts";
import { CODE_LIFE_MS } from "../domain/mail-address.ts";
import type { Notice } from "../domain/notice.ts";
import { clip, type Html, html } from "../telegram/html.ts";
import { textsFor, wordsOf } from "../telegram/texts/texts.ts";
import type { MailWords, OutgoingMail } from "../usecases/channel-ports.ts";
import { mailTextsFor } from "./mail-texts.ts";

const SUBJECT_MAX = 120;
const MS_PER_MINUTE = 60_000;

export interface MailWordsOptions {
  readonly shop: string;
  /** The address that ends advertising for whoever has this token. */
  readonly unsubscribeUrl: (userId: string) => string;
}

/** One line: a line break in a header would begin another one. */
export const oneLine = (text: string): string =>
  clip(text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim(), SUBJECT_MAX);

const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:0 auto;padding:1.5em;color:#1c1c1c";

interface Page {
  readonly locale: Locale;
  readonly title: string;
  readonly body: Html;
  readonly footer: Html;
  readonly link: { readonly url: string; readonly label: string } | null;
}

const broken = ({ markup }: Html): string => markup.replaceAll("\n", "<br>\n");

/** A document that needs nothing from anywhere: no pictures, no scripts, nothing that tells who has opened it. */
const pageOf = ({ locale, title, body, footer, link }: Page): string => {
  const anchor = link === null ? "" : html`<br><a href="${link.url}">${link.label}</a>`.markup;
  return `<!doctype html>
<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html`${title}`.markup}</title></head>
<body style="${STYLE}">
<p>${broken(body)}</p>
<hr>
<p style="font-size:13px;color:#5c5c5c">${broken(footer)}${anchor}</p>
</body>
</html>
`;
};

const textOf = ({ body, footer, link }: Page): string =>
  `${body.text}\n\n-- \n${footer.text}\n${link === null ? "" : `${link.label}: ${link.url}\n`}`;

const bodyOf = (notice: Notice, locale: Locale): Html =>
  notice.template === "new-device"
    ? mailTextsFor(locale).newDevice(notice)
    : wordsOf(notice, textsFor(locale));

/** What is mailed, in the reader's language: the bot's words, with a subject and a word on why it comes. */
export const createMailWords = ({ shop, unsubscribeUrl }: MailWordsOptions): MailWords => {
  const mailOf = (
    to: { readonly id: string; readonly to: string },
    page: Page,
    headers: OutgoingMail["headers"] = {},
  ): OutgoingMail => ({
    ...to,
    subject: oneLine(page.title),
    text: textOf(page),
    html: pageOf(page),
    headers,
  });
  return {
    notice({ id, to, userId }, notice, locale) {
      const texts = mailTextsFor(locale);
      const isAdvertising = notice.template === "broadcast";
      const url = unsubscribeUrl(userId);
      const page: Page = {
        locale,
        title: texts.subject(notice),
        body: bodyOf(notice, locale),
        footer: texts.footer(shop),
        link: isAdvertising ? { url, label: texts.unsubscribe } : null,
      };
      // RFC 8058: a mail program ends it by one call, without asking and without opening anything.
      const unsubscribing = {
        "List-Unsubscribe": `<${url}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      };
      return mailOf({ id, to }, page, isAdvertising ? unsubscribing : {});
    },
    code(to, code, locale) {
      const texts = mailTextsFor(locale);
      return mailOf(to, {
        locale,
        title: texts.codeSubject(shop),
        body: texts.code(shop, code, CODE_LIFE_MS / MS_PER_MINUTE),
        footer: html`${shop}`,
        link: null,
      });
    },
  };
};
