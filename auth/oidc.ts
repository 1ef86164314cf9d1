import type { Clock } from "../shared/kernel/clock.ts";
import type { Logger } from "../shared/ports/logger.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import { isLoopback } from "./credentials/oidc-issuer.ts";
import { createOidcProvider } from "./credentials/oidc-provider.ts";
import { createOidcSecrets } from "./credentials/oidc-secrets.ts";
import { oidcPath, SIGN_IN_TTL_MS } from "./domain/oidc.ts";
import { type OidcConfig, type OidcConnection, providerSettings } from "./oidc-config.ts";
import { beginOidc } from "./usecases/begin-oidc.ts";
import { type ExchangeOidcDeps, exchangeOidc } from "./usecases/exchange-oidc.ts";
import type { Budgets } from "./usecases/limit-ports.ts";
import type { ReturnOnce } from "./usecases/oidc-ports.ts";
import { returnFromOidc } from "./usecases/return-from-oidc.ts";

/** Where nobody says where auth is reached, nobody can be sent there: only providers of OIDC_PROVIDERS would be asked for. */
const NOWHERE: OidcConnection = { publicUrl: "http://127.0.0.1:3000", sandbox: null };

const createReturnOnce =
  (ttlStore: TtlStore): ReturnOnce =>
  (signInId) =>
    ttlStore.setIfAbsent(`auth:oidc-returned:${signInId}`, "1", SIGN_IN_TTL_MS);

export interface OidcParts extends Omit<ExchangeOidcDeps, "providers" | "secrets"> {
  readonly config: OidcConfig & { readonly OTP_PEPPER: string };
  readonly connection: OidcConnection | undefined;
  readonly budgets: Budgets;
  readonly otpRequestsPerAddress: number;
  readonly ttlStore: TtlStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Sign-in by OpenID Connect, wired: what the routes need. Throws a ConfigError on settings that do not go together. */
export const createOidc = ({ config, connection = NOWHERE, ttlStore, log, ...parts }: OidcParts) => {
  const { publicUrl } = connection;
  const address = new URL(publicUrl);
  const providers = new Map(
    providerSettings(config, connection).map((settings) => {
      const redirectUri = `${publicUrl}${oidcPath(settings.name)}/callback`;
      return [settings.name, createOidcProvider({ settings, redirectUri, clock: parts.clock, log })];
    }),
  );
  const deps = {
    ...parts,
    providers,
    secrets: createOidcSecrets({ pepper: config.OTP_PEPPER }),
    // "*" lets anybody read answers while trying things out; it sends nobody anywhere.
    returnPlaces: { own: address.origin, allowed: config.ALLOWED_ORIGINS },
    requestsPerAddress: parts.otpRequestsPerAddress,
    returnOnce: createReturnOnce(ttlStore),
  };
  return {
    beginOidc: beginOidc(deps),
    returnFromOidc: returnFromOidc(deps),
    exchangeOidc: exchangeOidc(deps),
    providerNames: [...providers.keys()],
    /** Whether cookies are for TLS alone: everywhere but on the machine of who tries things out. */
    isSecure: address.protocol === "https:" || !isLoopback(address),
  };
};
