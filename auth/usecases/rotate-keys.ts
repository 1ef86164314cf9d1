import { KEYS_PUBLISHED_MAX } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { conflict, notFound } from "../../shared/kernel/errors.ts";
import { keySchedule, publishedKids, type ScheduledKey, signingKeyAt } from "../domain/key-schedule.ts";
import type { KeyStore, TransactKeys } from "./key-ports.ts";

export interface RotateKeysDeps {
  readonly keys: Pick<KeyStore, "list">;
  readonly transactKeys: TransactKeys;
  readonly clock: Clock;
}

/** What each key does now, the oldest first. */
export const listKeys =
  ({ keys, clock }: Pick<RotateKeysDeps, "keys" | "clock">) =>
  async (): Promise<ScheduledKey[]> =>
    keySchedule(await keys.list(), clock.now());

/**
 * Wants another key to follow the one that signs; an instance of auth makes it, for only they can seal one. Wanting twice is
 * wanting once. Fails with `CONFLICT` where nothing signs, or where so many keys are published that the oldest would have to go.
 */
export const wantSuccessor = ({ transactKeys, clock }: RotateKeysDeps): Promise<void> =>
  transactKeys(async ({ keys }) => {
    await keys.lock();
    const [stored, now] = [await keys.list(), clock.now()];
    const signing = signingKeyAt(stored, now);
    if (signing === null) throw conflict("There is no key that signs: auth makes one when it runs.");
    if (publishedKids(stored, now, KEYS_PUBLISHED_MAX).length >= KEYS_PUBLISHED_MAX)
      throw conflict(
        `${KEYS_PUBLISHED_MAX} keys are published, and one more would end tokens of the oldest: wait, or drop one.`,
      );
    if (signing.successorWantedAt === null) await keys.wantSuccessor(signing.kid, now);
  });

/**
 * Drops a key at once, with all of its tokens. Where it is the one that signs, auth makes another at once. Dropping one that is
 * dropped changes nothing. Fails with `NOT_FOUND`.
 */
export const revokeKey = ({ transactKeys, clock }: RotateKeysDeps, kid: string): Promise<void> =>
  transactKeys(async ({ keys, audit }) => {
    await keys.lock();
    const key = (await keys.list()).find((one) => one.kid === kid);
    if (key === undefined) throw notFound("key");
    if (key.revokedAt !== null) return;
    const now = clock.now();
    await keys.revoke(kid, now);
    await audit.append([{ kind: "signing-key-revoked", at: now, detail: kid }]);
  });
