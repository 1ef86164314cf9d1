import type {
  ErasedData,
  ErasePersonAnswer,
  ErasePersonRequest,
  FarewellOutcome,
  FarewellRequest,
  KeptData,
  PersonExportPage,
} from "../../shared/contracts/internal-people.ts";
import type { ErasingService, ErasurePartName } from "../domain/erasure.ts";

// What export and erasure over all services need from outside.

export interface NewErasure {
  readonly id: string;
  readonly userId: string;
  readonly userVersion: number;
  readonly requestedBy: "person" | "admin";
  readonly secretHash: string | null;
  readonly telegramUserId: number | null;
  readonly language: string;
  readonly requestedAt: Date;
}

export interface ErasurePart {
  readonly part: ErasurePartName;
  readonly state: "waiting" | "done";
  readonly erased: readonly ErasedData[];
  readonly kept: readonly KeptData[];
  readonly outcome: string | null;
  readonly answeredAt: Date | null;
}

export interface Erasure extends Omit<NewErasure, "language"> {
  readonly language: string | null;
  readonly doneAt: Date | null;
  readonly parts: readonly ErasurePart[];
}

/** Beginning one is a part of the transaction that erases the account. */
export interface ErasureLog {
  /** Stores it with a part for each service, due now. */
  begin(erasure: NewErasure): Promise<void>;
  findByUser(userId: string): Promise<Erasure | null>;
  /** Forgets the sign-ins that were asked for by this phone, by this Telegram account or for this user. Answers how many. */
  forgetSignIns(person: {
    userId: string;
    phone: string | null;
    telegramUserId: number | null;
  }): Promise<number>;
}

/** A part that nobody else takes for a while. */
export interface ClaimedPart {
  readonly erasure: Pick<
    Erasure,
    "id" | "userId" | "userVersion" | "telegramUserId" | "language" | "requestedAt"
  >;
  readonly part: ErasurePartName;
  /** Asks in a row without an answer, before this one. */
  readonly attempts: number;
}

export interface ErasureStore {
  find(id: string): Promise<Erasure | null>;
  findByUser(userId: string): Promise<Erasure | null>;
  /** Takes parts whose time has come, the longest due first, so that nobody else does until `until`. */
  claimDue(input: { now: Date; until: Date; limit: number }): Promise<ClaimedPart[]>;
  /** It got no answer: ask again then. */
  postpone(claimed: ClaimedPart, nextAt: Date): Promise<void>;
  /**
   * A service has answered (`nextAt` null: for good). When it was the last of all services, the erasure is done, and the last
   * message is due where there is a chat. Repeating it changes nothing.
   */
  answered(
    claimed: ClaimedPart,
    answer: Pick<ErasePersonAnswer, "erased" | "kept"> & { readonly nextAt: Date | null; readonly now: Date },
  ): Promise<void>;
  /** The last message is sent or given up: where it went to is forgotten. */
  farewellEnded(claimed: ClaimedPart, outcome: FarewellOutcome | "given-up", now: Date): Promise<void>;
}

/** The services, this one included. Every call fails with `UNAVAILABLE` where one does not answer. */
export interface PeopleServices {
  exportPage(service: ErasingService, userId: string, cursor: string | null): Promise<PersonExportPage>;
  erase(service: ErasingService, userId: string, request: ErasePersonRequest): Promise<ErasePersonAnswer>;
  sayFarewell(userId: string, request: FarewellRequest): Promise<FarewellOutcome>;
}
