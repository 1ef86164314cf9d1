import type { Notice } from "../../domain/notice.ts";
import type { ShownStatus } from "../../domain/order-status.ts";
import type { GroupCategory } from "../../domain/preferences.ts";
import type { StaffCardView, StaffMove } from "../../domain/staff-card.ts";
import type { Replayed } from "../../usecases/chat-operations.ts";
import type { Doer } from "../../usecases/staff-orders.ts";
import type { Html } from "../html.ts";

/** What is asked below a card before something is done. */
export type AskedMove = Extract<StaffMove, "shipped" | "returned" | "cancelled">;
/** What is asked for in words. */
export type WordedMove = Extract<StaffMove, "shipped" | "cancelled">;

type NoticeOf<T extends Notice["template"]> = Extract<Notice, { template: T }>;

/** What the shop's people do with orders, in their own chats and in groups, and how groups are told of things. */
export interface TeamTexts {
  readonly card: (view: StaffCardView) => Html;
  /** The card where what it shows is not known: in lists. */
  readonly cardOf: (number: string) => Html;
  readonly buttons: {
    readonly open: string;
    readonly openOrder: (number: string) => string;
    readonly claim: string;
    readonly release: string;
    readonly move: Readonly<Record<StaffMove, string>>;
    readonly shipWords: string;
    readonly shipPlain: string;
    readonly returnSure: string;
    readonly cancelWords: string;
    readonly cancelPlain: string;
    readonly back: string;
    readonly retry: string;
  };
  /** Why an order is cancelled: its buyer reads it. */
  readonly reasons: readonly string[];
  readonly ask: Readonly<Record<AskedMove, string>>;
  /** `name`: who is asked, as Telegram has it. */
  readonly askWords: (to: WordedMove, number: string, name: string) => Html;
  readonly placeholder: Readonly<Record<WordedMove, string>>;
  readonly wordsTooLong: (max: number) => Html;
  readonly onlyAsked: Html;

  /** What was done, said to who did it; `owner`: somebody else has claimed the order. */
  readonly done: Readonly<Record<StaffMove | "claimed" | "claim-released" | "kept", string>>;
  readonly butClaimedBy: (owner: string) => string;
  readonly overtaken: (by: Doer, what: string) => string;
  readonly claimedBy: (owner: string) => string;
  readonly claimedByNobody: string;
  readonly status: Readonly<Record<ShownStatus, string>>;
  readonly notYours: string;
  readonly anonymous: string;

  readonly group: {
    readonly hello: () => Html;
    readonly ended: () => Html;
    readonly notKnown: () => Html;
    readonly usage: () => Html;
    readonly onlyAdmins: () => Html;
    readonly anonymous: () => Html;
    readonly category: Readonly<Record<GroupCategory, string>>;
    readonly saved: string;
    readonly gone: string;
    readonly lost: (notice: NoticeOf<"group-lost">) => Html;
  };

  readonly sagasStuck: (notice: NoticeOf<"sagas-stuck">) => Html;
  readonly replayed: (replayed: Replayed) => string;
  readonly retried: (count: number) => string;
}
