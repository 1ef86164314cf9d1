import { conflict } from "../shared/kernel/errors.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import type { LimitRule, Limits } from "../shared/ports/limits.ts";
import type { ChannelDeps, WorkerParts } from "./channel-deps.ts";
import { type ChannelWorker, createChannelWorker } from "./channel-worker.ts";
import { createMailWords } from "./email/mail-words.ts";
import { createSandboxMailer } from "./email/sandbox-mailer.ts";
import { readSmtpUrl } from "./email/smtp-address.ts";
import { createSmtpMailer } from "./email/smtp-mailer.ts";
import { unsubscribePage } from "./email/unsubscribe-page.ts";
import type { MailCases } from "./http/mail-routes.ts";
import type { MailChoice } from "./http/preference-routes.ts";
import { createMailQueue } from "./store/channel-queue.ts";
import { createMailAddressStore } from "./store/mail-address-store.ts";
import { createPreferenceStore } from "./store/preference-store.ts";
import type { Mailer, MailKeys, OutgoingMail } from "./usecases/channel-ports.ts";
import { askForCode, confirmAddress, endMail } from "./usecases/confirm-address.ts";
import { sendMail } from "./usecases/send-mail.ts";
import { createUnsubscribe } from "./usecases/unsubscribe.ts";

/** Mails handed over at once by a process: a server that is slow holds up few. */
const MAILS_AT_ONCE = 4;
const MS_PER_MINUTE = 60_000;
/** Codes mailed for one account, and codes mailed to one address whoever asks: nobody's mailbox is filled by us. */
const CODES_OF_ACCOUNT: LimitRule = { name: "mail-code-account", points: 5, windowSeconds: 3_600 };
const CODES_TO_ADDRESS: LimitRule = { name: "mail-code-address", points: 5, windowSeconds: 86_400 };

/** How mail is handed over; null where it is not. */
export const mailerOf = ({ config, connection }: ChannelDeps): Mailer | null => {
  if (config.SMTP_URL !== undefined)
    return createSmtpMailer({
      server: readSmtpUrl(config.SMTP_URL, config.SMTP_TLS),
      from: config.MAIL_FROM,
    });
  return connection.mailbox && createSandboxMailer(connection.mailbox, config.MAIL_FROM);
};

/** Seconds to wait where there were too many codes. */
const countingCodes =
  (limits: Limits) =>
  async (userId: string, addressKey: string): Promise<number | null> => {
    const counted = [
      await limits.consume(CODES_OF_ACCOUNT, userId),
      await limits.consume(CODES_TO_ADDRESS, addressKey),
    ];
    return counted.find(({ allowed }) => !allowed)?.resetSeconds ?? null;
  };

/** Mails codes aside, so that nobody who asks waits for a mail server. */
const createCodeMailing = (mailer: Mailer, { log }: ChannelDeps) => {
  const underWay = new Set<Promise<void>>();
  return {
    mail(mail: OutgoingMail): void {
      const work: Promise<void> = mailer
        .send(mail)
        .then((result) => {
          if (result.kind === "sent") return;
          log.warn("a code to confirm an address was not mailed", { outcome: result.kind });
        })
        .catch((error: unknown) => log.error("a code could not be mailed", { reason: reasonOf(error) }))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    finish: () => Promise.all(underWay),
  };
};

export interface MailPart {
  readonly worker: ChannelWorker;
  readonly cases: MailCases;
  readonly finish: () => Promise<unknown>;
}

/** The worker of the mails, and what people do about theirs. */
export const buildMail = (
  deps: ChannelDeps,
  keys: MailKeys,
  mailer: Mailer,
  parts: WorkerParts,
): MailPart => {
  const { database, config, connection, auth, limits, clock, newId } = deps;
  const shop = config.SHOP_NAME;
  const words = createMailWords({
    shop,
    unsubscribeUrl: (userId) =>
      `${connection.publicUrl}/v1/notifications/unsubscribe/${keys.unsubscribeToken(userId)}`,
  });
  const addresses = createMailAddressStore(database);
  const preferences = createPreferenceStore(database);
  const codes = createCodeMailing(mailer, deps);
  const confirming = { auth, addresses, keys, words, clock, newId };
  return {
    worker: createChannelWorker({
      ...parts,
      queue: createMailQueue(database.db, MS_PER_MINUTE / config.MAIL_PER_MINUTE),
      attempt: sendMail({ auth, preferences, addresses, keys, words, mailer, clock }),
      slots: MAILS_AT_ONCE,
    }),
    cases: {
      ask: askForCode({ ...confirming, mailCode: codes.mail, countCode: countingCodes(limits) }),
      confirm: confirmAddress(confirming),
      end: endMail(confirming),
      unsubscribe: createUnsubscribe({ keys, preferences, clock }),
      page: (locale, state) => unsubscribePage(shop, locale, state),
    },
    finish: codes.finish,
  };
};

const noMail = () => Promise.reject(conflict("This shop sends no mail."));

/** The same routes where mail is off, which say so. */
export const mailOff = (end: MailCases["end"]): MailCases => ({
  ...{ ask: noMail, confirm: noMail, end },
  unsubscribe: { isToken: () => false, end: async () => false },
  page: () => "",
});

/** What a person's preferences say of mail. */
export const mailChoiceOf = (deps: ChannelDeps, { ask, end }: MailCases, isOn: boolean): MailChoice => {
  const addresses = createMailAddressStore(deps.database);
  return {
    ask,
    end,
    async read(userId) {
      if (!isOn) return { state: "unavailable", codeExpiresAt: null };
      const known = await addresses.find(userId);
      return { state: known?.state ?? "off", codeExpiresAt: known?.codeExpiresAt ?? null };
    },
  };
};
