import { startAuth } from "./auth-harness.ts";
import { oidcStepsOf } from "./browser.ts";
import { CLIENT_ID, CLIENT_SECRET, startIssuer } from "./oidc-issuer.ts";

export const SCOPES = "openid profile phone telegram:bot_access";
export const ADMIN_PHONE = "+491510000001";
/** Where pages may be, beside the shop itself. */
export const PAGES = "https://app.example";

/** An auth service with a provider that it takes for Telegram, and for one more. */
export const openOidcWorld = async () => {
  const issuer = await startIssuer();
  const provider = { issuer: issuer.issuer, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  const harness = await startAuth({
    environment: {
      ADMIN_PHONES: ADMIN_PHONE,
      ALLOWED_ORIGINS: `${PAGES},*`,
      TELEGRAM_OIDC_ISSUER: issuer.issuer,
      TELEGRAM_OIDC_CLIENT_ID: CLIENT_ID,
      TELEGRAM_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      TELEGRAM_OIDC_ALGORITHMS: "RS256,EdDSA",
      OIDC_PROVIDERS: JSON.stringify([{ name: "acme", ...provider }]),
    },
    oidc: { publicUrl: "https://shop.example", sandbox: null },
  });
  issuer.useClock(harness.clock);
  const rows = async (table: string) =>
    (await harness.database.db.execute<Record<string, unknown>>(`select * from ${table}`)).rows;
  const auditOf = async (kind: string) => (await rows("audit_event")).filter((row) => row.kind === kind);
  return {
    ...{ issuer, harness, rows, auditOf },
    telegram: oidcStepsOf(harness, issuer),
    acme: oidcStepsOf(harness, issuer, "/v1/auth/oidc/acme"),
    /** Why the newest sign-in was refused, as the audit log has it. */
    newestRefusal: async () => (await auditOf("sign-in-refused")).at(-1)?.detail,
    close: async () => {
      await harness.close();
      await issuer.close();
    },
  };
};

export type OidcWorld = Awaited<ReturnType<typeof openOidcWorld>>;

/** Tests share a service, not the people. */
let people = 4_000_000_000;
export const somebody = (more: Record<string, unknown> = {}) => {
  people += 1;
  return { sub: `subject-${people}`, id: people, name: "Ada Lovelace", ...more };
};
/** A phone as Telegram writes it, without the plus sign. */
export const phoneOf = (id: number): string => `49152${String(id).slice(-8)}`;
