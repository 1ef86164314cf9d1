import { pause } from "../../shared/runtime/retry.ts";
import type { SignedIn } from "../../tools/client/sign-in.ts";
import type { ShopUnderProof } from "../promise.ts";

const ATTEMPTS = 4;
const AGAIN_AFTER_MS = 1_000;

/** Tries again, as people do whom a busy shop has told to come back. Fails as the last attempt does. */
export const persistently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(AGAIN_AFTER_MS);
    }
  }
};

/** Somebody new who signs in. */
export const comeIn = (shop: ShopUnderProof, firstName: string): Promise<SignedIn> =>
  persistently(() => shop.newcomer(firstName));
