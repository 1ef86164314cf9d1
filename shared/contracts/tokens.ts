import { z } from "zod";
import { type Role, roles } from "./permissions.ts";

/** Every access token is for Kiosk's services as a whole. */
export const TOKEN_AUDIENCE = "kiosk";
export const ACCESS_TOKEN_TYPE = "at+jwt";
export const REFRESH_TOKEN_TYPE = "rt+jwt";
export const TOKEN_ALGORITHM = "EdDSA";

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
});

/** Who is calling, as proved by an access token. */
export interface Principal {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Role;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** Pub/Sub channel on which auth says at once that a session has ended; the event bus says it again, surely. */
export const SESSION_CHANNEL = "sessions";

/** A session that must no longer be accepted, until `forgetAfter`. */
export const revokedSessionSchema = z.object({ sid: z.uuid(), forgetAfter: z.iso.datetime() });
export type RevokedSession = z.infer<typeof revokedSessionSchema>;
