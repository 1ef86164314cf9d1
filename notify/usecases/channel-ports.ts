import type { OtherChannel } from "../domain/channel.ts";
import type { ChannelResult } from "../domain/channel-result.ts";
import type { Delivery, Settlement } from "../domain/delivery.ts";
import type { Locale } from "../domain/locale.ts";
import type { MailAddress } from "../domain/mail-address.ts";
import type { Notice } from "../domain/notice.ts";
import type { Webhook, WebhookHealth } from "../domain/webhook.ts";
import type { ShopEventNotice } from "../domain/webhook-notice.ts";

// What goes out beside the bot: mail, and calls of webhooks.

/** A delivery that this worker has taken. */
export interface ClaimedDelivery {
  /** Names the claim: who claims it anew gives it another. */
  readonly claimId: string;
  readonly delivery: Delivery;
  /** The webhook that it goes to; null for a mail. */
  readonly webhook: Webhook | null;
}

export interface ChannelClaim {
  readonly taken: readonly ClaimedDelivery[];
  /** When more may be due if nobody rings; null where nothing waits. */
  readonly nextAt: Date | null;
}

/** What waits for one channel. */
export interface ChannelQueue {
  readonly channel: OtherChannel;
  /** Takes what is due, `slots` at most, and marks it `sending` until the deadline: by one caller, whoever else claims. */
  claim(id: string, slots: number, now: Date, sendDeadline: Date): Promise<ChannelClaim>;
  /** Takes a claim back whose answer was lost: nothing of it has been sent. */
  unclaim(id: string): Promise<void>;
}

/** What came of an attempt. */
export interface ChannelOutcome {
  readonly claimed: ClaimedDelivery;
  readonly result: ChannelResult;
  readonly settlement: Settlement;
}

export interface ChannelRecorder {
  /** Ends an attempt, unless somebody has claimed the delivery since: then null. Again, it changes nothing. */
  record(outcome: ChannelOutcome, now: Date): Promise<Delivery | null>;
}

/** A mail, in words. `id` is the delivery's: the same mail again has the same Message-ID. */
export interface OutgoingMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Hands a mail to a server, once. Never fails: what went wrong is in the result. */
export interface Mailer {
  send(mail: OutgoingMail): Promise<ChannelResult>;
}

/** Puts into words what is mailed. */
export interface MailWords {
  notice(
    mail: { readonly id: string; readonly userId: string; readonly to: string },
    notice: Notice,
    locale: Locale,
  ): OutgoingMail;
  code(mail: { readonly id: string; readonly to: string }, code: string, locale: Locale): OutgoingMail;
}

/** Addresses that people have confirmed, or are about to. */
export interface MailAddressStore {
  find(userId: string): Promise<MailAddress | null>;
  /**
   * Changes a person's address, one change after the other; null takes it away. What `change` throws is thrown, and then nothing has changed.
   * For a person who was deleted nothing is kept: answers null, as it does where there is none afterwards.
   */
  update(
    userId: string,
    change: (before: MailAddress | null) => MailAddress | null,
    now: Date,
  ): Promise<MailAddress | null>;
  /** The person's address is this one as of that version: a confirmation of another one is over, unless newer news is known. */
  keepOnly(userId: string, addressKey: string | null, userVersion: number): Promise<void>;
}

/** Keyed hashes and codes of one shop, by its secret. */
export interface MailKeys {
  addressKey(userId: string, address: string): string;
  /** Six digits, by chance. */
  newCode(): string;
  codeKey(userId: string, code: string): string;
  /** In constant time. */
  isSame(a: string, b: string): boolean;
  /** Names a person to whoever has a mail of theirs, for the end of advertising. */
  unsubscribeToken(userId: string): string;
  /** Whose token it is; null for what is none. */
  readUnsubscribeToken(token: string): string | null;
}

/** A call of a webhook as it is sent. `body` is JSON, the same text on each try. */
export interface WebhookCall {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  /** The secrets that sign it, the present one first. */
  readonly secrets: readonly string[];
  readonly at: Date;
}

/** Posts to a webhook, once. Never fails: what went wrong is in the result. */
export interface WebhookCaller {
  post(call: WebhookCall): Promise<ChannelResult>;
}

/** The secret of a webhook in the form of Standard Webhooks (`whsec_…`), by its id and the count of its secrets. */
export type WebhookSecret = (webhookId: string, version: number) => string;

export type NewWebhook = Pick<Webhook, "id" | "url" | "events" | "description" | "includePhone" | "active">;

export interface WebhookStore {
  /** Null where there are as many as there may be. */
  add(webhook: NewWebhook, now: Date): Promise<Webhook | null>;
  find(id: string): Promise<Webhook | null>;
  /** In the order in which they were made; there are `WEBHOOKS_MAX` at most. */
  list(): Promise<readonly Webhook[]>;
  /** One change after the other. Null where there is no such webhook. */
  update(id: string, change: (before: Webhook) => Webhook, now: Date): Promise<Webhook | null>;
  /** What waits for it is suppressed. False where there is no such webhook. */
  remove(id: string, now: Date): Promise<boolean>;
  /** The newest of what went to it, or waits for it. */
  recent(id: string, limit: number): Promise<readonly Delivery[]>;
}

/** How a webhook was before a call and is after it, for who has to be told of that. */
export interface WebhookTurn {
  readonly webhook: Webhook;
  readonly after: WebhookHealth;
}

/** Something that happened in the shop, for every webhook that listens to it. */
export interface ShopEvent {
  readonly eventId: string;
  readonly notice: ShopEventNotice;
}

export interface ShopEventQueue {
  /** Puts each into the queue of each webhook that listens to it, once. Answers of how many. */
  enqueue(events: readonly ShopEvent[], now: Date): Promise<number>;
  /** For one webhook, whatever it listens to. */
  enqueueFor(webhookId: string, event: ShopEvent, now: Date): Promise<Delivery>;
}
