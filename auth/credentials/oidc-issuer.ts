import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { z } from "zod";
import type { Clock } from "../../shared/kernel/clock.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";

/** Documents of a provider are a few kilobytes; more is not read. */
const ANSWER_MAX_BYTES = 65_536;
/** Longest wait for one answer; the browser waits for two or three of them, and the gateway for five seconds. */
const CALL_TIMEOUT_MS = 3_000;
/** Endpoints move seldom; they are asked for again after an hour, and the old ones go on while nobody answers. */
const DISCOVERY_FRESH_MS = 60 * 60_000;
/** How long a set of keys is used without asking again: a key that was withdrawn is good for so long at most. */
const KEYS_FRESH_MS = 10 * 60_000;
/** A token with a key that is not known makes us ask again, so often at most, whatever keys tokens name. */
const KEYS_REFETCH_MIN_MS = 60_000;

/** Host names of this machine. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
export const isLoopback = (address: URL): boolean => LOOPBACK.test(address.hostname);

/** Where a provider may be: by TLS, or on this machine. */
export const isProviderAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const { protocol, username, password, hash } = url;
  if (username !== "" || password !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopback(url));
};

export interface IssuerOptions {
  readonly issuer: string;
  /** Further origins that its endpoints may have; nothing else is ever called. */
  readonly origins: readonly string[];
  readonly fetch: ServiceFetch;
  readonly clock: Clock;
}

export interface IssuerAnswer {
  readonly status: number;
  readonly body: unknown;
}

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  /** Left out: client_secret_basic (OpenID Connect Discovery 1.0, section 3). */
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
export type Discovery = z.infer<typeof discoverySchema>;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
type Keys = ReturnType<typeof createLocalJWKSet>;

const away = (cause?: unknown) => unavailable("The sign-in provider cannot be reached just now.", 5, cause);

const readText = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by an error cancels the stream: what is left of it is not read.
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > ANSWER_MAX_BYTES) throw new Error("the provider's answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts, length).toString("utf8");
};

/** Asks again when it is no longer fresh, all who wait at once together. */
const createCached = <Value>(load: () => Promise<Value>, clock: Clock) => {
  let kept: { readonly value: Value; readonly atMs: number } | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<Value> | null = null;
  const renew = (): Promise<Value> => {
    const nowMs = clock.now().getTime();
    triedAtMs = nowMs;
    loading ??= load()
      .then((value) => {
        kept = { value, atMs: nowMs };
        return value;
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  return {
    renew,
    kept: () => kept?.value ?? null,
    isFresh: (freshMs: number) => kept !== null && clock.now().getTime() - kept.atMs < freshMs,
    triedWithin: (ms: number) => clock.now().getTime() - triedAtMs < ms,
  };
};

/**
 * What is known of a provider, and the only way to call it: its own origins, no redirects, bounded in time and size. All of it fails
 * with `UNAVAILABLE` where the provider is away or says something else than it should.
 */
export const createIssuer = ({ issuer, origins, fetch, clock }: IssuerOptions) => {
  const allowed = new Set([new URL(issuer).origin, ...origins.map((origin) => new URL(origin).origin)]);

  const assertOwn = (address: string): string => {
    if (!isProviderAddress(address) || !allowed.has(new URL(address).origin))
      throw away(new Error("the provider names an address that is not its own"));
    return address;
  };

  const call = async (address: string, init: RequestInit = {}): Promise<IssuerAnswer> => {
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const headers = { accept: "application/json", ...init.headers };
    const late = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => late.reject(signal.reason), { once: true });
    const answer = async (): Promise<IssuerAnswer> => {
      const request = new Request(assertOwn(address), { ...init, headers, signal, redirect: "manual" });
      const response = await fetch(request);
      return { status: response.status, body: JSON.parse(await readText(response)) };
    };
    // A provider in this process does not look at the signal.
    return Promise.race([answer(), late.promise]).catch((cause: unknown) => {
      throw away(cause);
    });
  };

  const read = async <Read>(address: string, schema: z.ZodType<Read>): Promise<Read> => {
    const { status, body } = await call(address);
    const document = status === 200 ? schema.safeParse(body) : null;
    if (!document?.success) throw away(new Error("the provider's document is not what it should be"));
    return document.data;
  };

  const discovery = createCached(async (): Promise<Discovery> => {
    const document = await read(
      `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      discoverySchema,
    );
    if (document.issuer !== issuer) throw away(new Error("the provider gives another issuer"));
    for (const address of [document.authorization_endpoint, document.token_endpoint, document.jwks_uri])
      assertOwn(address);
    return document;
  }, clock);

  const discover = async (): Promise<Discovery> => {
    const known = discovery.kept();
    if (known !== null && discovery.isFresh(DISCOVERY_FRESH_MS)) return known;
    return discovery.renew().catch((error: unknown) => {
      if (known === null) throw error;
      return known;
    });
  };

  // A key of a curve that nobody here knows does no harm: keys are read when a token names them.
  const keySet = createCached(
    async (): Promise<Keys> =>
      createLocalJWKSet((await read((await discover()).jwks_uri, jwksSchema)) as JSONWebKeySet),
    clock,
  );

  return {
    discover,
    call,
    async keys(): Promise<Keys> {
      const known = keySet.kept();
      return known !== null && keySet.isFresh(KEYS_FRESH_MS) ? known : keySet.renew();
    },
    /** The keys once more, because of one that is not among them; null where that was done a moment ago. */
    async renewedKeys(): Promise<Keys | null> {
      return keySet.triedWithin(KEYS_REFETCH_MIN_MS) ? null : keySet.renew();
    },
  };
};

export type Issuer = ReturnType<typeof createIssuer>;
