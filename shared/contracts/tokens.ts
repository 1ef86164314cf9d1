import { z } from "zod";
import { type Role, roles } from "./permissions.ts";
import { type StepUp, type StepUpAction, stepUpActionNames } from "./step-up.ts";

/** Every access token is for Kiosk's services as a whole. */
export const TOKEN_AUDIENCE = "kiosk";
export const ACCESS_TOKEN_TYPE = "at+jwt";
export const REFRESH_TOKEN_TYPE = "rt+jwt";
export const TOKEN_ALGORITHM = "EdDSA";
/** No access token lives longer, whatever is configured: one that was issued before that is none. */
export const ACCESS_TOKEN_MAX_SECONDS = 3_600;

/** A public key as it stands in `/.well-known/jwks.json` (RFC 7517, RFC 8037). Its id is its thumbprint (RFC 7638). */
export const publishedKeySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: z.string().min(1).max(64),
  alg: z.literal(TOKEN_ALGORITHM),
  use: z.literal("sig"),
});
export type PublishedKey = Readonly<z.infer<typeof publishedKeySchema>>;

/** Keys that are published at once, at most: the newest. */
export const KEYS_PUBLISHED_MAX = 20;
/** `GET /.well-known/jwks.json`. Keys of another kind are somebody else's business. */
export const keySetSchema = z.object({ keys: z.array(z.unknown()).min(1).max(100) });

/** How long an outsider's cache may keep the keys (`Cache-Control` of their route). */
export const KEYS_MAX_AGE_SECONDS = 300;

/** Claims of an access token (RFC 9068 in spirit). `exp` and `iat` are seconds since 1970. */
export const accessClaimsSchema = z.object({
  iss: z.string(),
  aud: z.literal(TOKEN_AUDIENCE),
  sub: z.uuid(),
  sid: z.uuid(),
  role: z.enum(roles),
  typ: z.literal("access"),
  iat: z.int(),
  exp: z.int(),
  /** When the holder last typed a fresh code for a risky call, in seconds since 1970; in no token of a mere sign-in. */
  stepUpAt: z.int().optional(),
  /** What that code was asked for; without it the proof is for every action. An action that is not known here is for none. */
  stepUpFor: z.string().max(40).optional(),
  /** The role that the account has and this session has not, until a code for it is typed in. */
  withheld: z.enum(roles).optional(),
});

const isStepUpAction = (name: string): name is StepUpAction =>
  stepUpActionNames.some((known) => known === name);

/** The proof that the claims hold, if any. */
export const stepUpOf = ({
  stepUpAt,
  stepUpFor,
}: Pick<z.infer<typeof accessClaimsSchema>, "stepUpAt" | "stepUpFor">): StepUp | null => {
  if (stepUpAt === undefined) return null;
  if (stepUpFor === undefined) return { atMs: stepUpAt * 1000, action: null };
  return isStepUpAction(stepUpFor) ? { atMs: stepUpAt * 1000, action: stepUpFor } : null;
};

/** Who is calling, as proved by an access token. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** A fresh proof for risky calls; absent where none was given. */
  readonly stepUp?: StepUp;
  /** What the account is besides, once a fresh code for `admin.sign-in` is typed in. */
  readonly withheld?: Role;
}

/** Pub/Sub channel on which auth says at once that a session has ended; the event bus says it again, surely. */
export const SESSION_CHANNEL = "sessions";

/** A session that must no longer be accepted, until `forgetAfter`. */
export const revokedSessionSchema = z.object({ sid: z.uuid(), forgetAfter: z.iso.datetime() });
export type RevokedSession = z.infer<typeof revokedSessionSchema>;
