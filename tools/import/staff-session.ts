import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { createApiClient, UnexpectedAnswer } from "../client/api-client.ts";
import { findKiosk } from "../client/running-kiosk.ts";
import { createSandboxClient } from "../client/sandbox-client.ts";
import { type SignedIn, signIn } from "../client/sign-in.ts";

/** A token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 120_000;

const SIGN_IN_ATTEMPTS = 3;

/** A Kiosk to work with, as one of its staff. */
export interface StaffSession {
  readonly url: string;
  /** Started for this command, and stopped with it. */
  readonly own: boolean;
  /** An access token with some life left. */
  token(): Promise<string>;
  close(): Promise<void>;
}

/** An own instance uses the servers that this environment names. */
const ownEnvironment = (): Record<string, string> => {
  const names = ["DATABASE_URL", "REDIS_URL", "RABBITMQ_URL", "CURRENCY"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
};

/**
 * Signs staff in: by the access token in KIOSK_TOKEN where that is set (a shop with a real bot), else as the merchant of the
 * sandbox. Fails as `findKiosk` does.
 */
export const openStaffSession = async (asked: string | undefined): Promise<StaffSession> => {
  const url = (asked ?? process.env.KIOSK_URL)?.replace(/\/+$/, "");
  const token = process.env.KIOSK_TOKEN;
  if (token && url !== undefined)
    return { url, own: false, token: async () => token, close: async () => undefined };
  const kiosk = await findKiosk({
    url: asked,
    env: ownEnvironment(),
    dataDir: process.env.DATA_DIR ?? ".data",
  });
  const api = createApiClient(kiosk.url);
  const sandbox = createSandboxClient(api, kiosk.sandboxToken);
  const phone = process.env.ADMIN_PHONES?.split(",")[0]?.trim() || SANDBOX_ADMIN_PHONE;
  // One at a time, whoever asks: a second code would make the first one void.
  const signInOnce = async (): Promise<SignedIn> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await signIn(api, sandbox, { firstName: "Merchant", phone });
      } catch (error) {
        // A code of an earlier life of this Kiosk may come late, and before the one that was asked for.
        const isOtherCode = error instanceof UnexpectedAnswer && error.status === 401;
        if (!isOtherCode || attempt >= SIGN_IN_ATTEMPTS) throw error;
      }
    }
  };
  let signedIn: Promise<SignedIn> | null = null;
  return {
    url: kiosk.url,
    own: kiosk.own,
    close: kiosk.close,
    async token() {
      signedIn ??= signInOnce();
      const asked = signedIn;
      const { expiresAtMs } = await asked;
      if (expiresAtMs - Date.now() < RENEW_BEFORE_MS && signedIn === asked) signedIn = signInOnce();
      return (await signedIn).accessToken;
    },
  };
};
