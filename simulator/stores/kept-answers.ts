import type { KioskError } from "../../shared/kernel/errors.ts";
import {
  type IdempotencyScope,
  outcomeError,
  type ReplayOutcome,
  requestHash,
} from "../../shared/outbox/idempotency.ts";
import type { Write } from "../world/parts.ts";
import type { MemoryTx } from "./memory-database.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface KeyedRequest extends IdempotencyScope {
  readonly body: unknown;
}

interface Kept {
  readonly hash: string;
  /** Null while the answer is not known. */
  readonly answer: Answer | null;
}

/** What was answered under idempotency keys: `shared/outbox/idempotency.ts` in memory. */
export interface KeptAnswers {
  /**
   * From here to the end of the transaction nobody else gets past this with the key. It never waits. `taken` are the keys that
   * this transaction has let past already.
   */
  find(tx: MemoryTx, request: KeyedRequest, taken?: Set<string>): Answer | KioskError | null;
  record(request: KeyedRequest, answer: Answer | null): Write;
  /** Gives a record its answer, where it has none. */
  complete(scope: IdempotencyScope, answer: Answer): Write;
}

const textOf = ({ principal, route, key }: IdempotencyScope): string =>
  JSON.stringify([principal, route, key]);

export const createKeptAnswers = (): KeptAnswers => {
  const kept = new Map<string, Kept>();
  const outcomeOf = (tx: MemoryTx, request: KeyedRequest, taken: Set<string>): ReplayOutcome => {
    const text = textOf(request);
    const isLocked = tx.tryLock(`idempotency ${text}`);
    const found = kept.get(text);
    if (found === undefined && isLocked && !taken.has(text)) {
      taken.add(text);
      return { kind: "new" };
    }
    if (found === undefined) return { kind: "running" };
    if (found.hash !== requestHash(request.body)) return { kind: "mismatch" };
    return found.answer === null ? { kind: "running" } : { kind: "replay", ...found.answer };
  };
  return {
    find(tx, request, taken = new Set()) {
      const outcome = outcomeOf(tx, request, taken);
      if (outcome.kind === "replay") return { status: outcome.status, body: outcome.body };
      return outcomeError(outcome);
    },
    record(request, answer) {
      const hash = requestHash(request.body);
      return () => void kept.set(textOf(request), { hash, answer });
    },
    complete: (scope, answer) => () => {
      const found = kept.get(textOf(scope));
      if (found?.answer === null) kept.set(textOf(scope), { ...found, answer });
    },
  };
};
