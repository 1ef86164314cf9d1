import type { TelegramAccount } from "../../shared/contracts/internal-api.ts";
import type { Budget } from "./limit-ports.ts";

/** What Telegram vouches for: who signs in, and since when that can be said. */
export interface TelegramProof {
  readonly account: TelegramAccount;
  readonly authDate: Date;
  /** Hash of what was signed: the same for the same data, in whatever order and encoding they come. */
  readonly fingerprint: string;
}

/** The fields of the legacy login widget, by the names that Telegram gives them. */
export type WidgetFields = Readonly<Record<string, string | number>>;

/** null where the data are not Telegram's, for whatever reason. */
export type ReadInitData = (initData: string) => TelegramProof | null;
export type ReadWidget = (fields: WidgetFields) => TelegramProof | null;

/** Counts how often the same data were exchanged for a session. */
export interface ExchangeLimit {
  /** False where the budget is used up. Rejects with `UNAVAILABLE`: whoever cannot count lets nobody in. */
  take(budget: Budget, fingerprint: string): Promise<boolean>;
}
