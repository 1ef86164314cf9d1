import { unavailable } from "../../shared/kernel/errors.ts";
import type { PasswordHasher } from "../usecases/password-ports.ts";

/**
 * Argon2id (RFC 9106) by the OWASP cheat sheet's smallest setting: 19 MiB, two passes, one lane. Small, since a server's
 * memory is shared by those who sign in at once; a stronger one takes effect for each password with its next sign-in.
 */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARAMETERS = { algorithm: "argon2id", memoryCost: MEMORY_KIB, timeCost: PASSES } as const;
/** How hashes with these parameters begin (PHC string format). */
const PREFIX = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$`;

/** Hashes under way at once: with more, whoever floods us takes the processors from everything else. 38 MiB at most. */
const AT_ONCE = 2;
/** Those that wait for it: a second or two of work. Who comes then is told to come again. */
const WAITING_MAX = 32;
const RETRY_AFTER_SECONDS = 2;

/** Lets so many do their work at once, in the order of their coming. Fails with `UNAVAILABLE` where too many wait. */
export const createTurnstile = (atOnce: number, waitingMax: number) => {
  const waiting: (() => void)[] = [];
  let working = 0;
  const enter = async (): Promise<void> => {
    if (working < atOnce) {
      working += 1;
      return;
    }
    if (waiting.length >= waitingMax)
      throw unavailable("Too many sign-ins by password at once: try again in a moment.", RETRY_AFTER_SECONDS);
    // Who leaves hands the place on: `working` stays as it is.
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    await turn.promise;
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) working -= 1;
    else next();
  };
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
};

/** Hashes passwords with argon2id, a bounded number at once. `verify` of nobody's hash does the same work and says no. */
export const createPasswordHasher = (): PasswordHasher => {
  const inTurn = createTurnstile(AT_ONCE, WAITING_MAX);
  let nobodys: Promise<string> | null = null;
  const hash = (password: string) => Bun.password.hash(password, PARAMETERS);
  const nobodysHash = () => {
    nobodys ??= hash(crypto.randomUUID()).catch((error: unknown) => {
      nobodys = null;
      throw error;
    });
    return nobodys;
  };
  return {
    hash: (password) => inTurn(() => hash(password)),
    verify: (password, stored) =>
      inTurn(async () => {
        const right = await Bun.password.verify(password, stored ?? (await nobodysHash()));
        return stored !== null && right;
      }),
    isOutdated: (stored) => !stored.startsWith(PREFIX),
    warmUp: async () => void (await inTurn(nobodysHash)),
  };
};
