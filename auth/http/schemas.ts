import { type Static, Type } from "@sinclair/typebox";
import { idSchema, nullable, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import { deviceName, placeOf } from "../domain/device.ts";
import type { Session } from "../domain/session.ts";
import type { User } from "../domain/user.ts";
import type { TokenPair } from "../usecases/session-ports.ts";
import { snapshotOf } from "../usecases/snapshot.ts";

export const roleSchema = Type.Union(
  [Type.Literal("customer"), Type.Literal("staff"), Type.Literal("admin")],
  {
    error: "must be customer, staff or admin",
  },
);
export const statusSchema = Type.Union([Type.Literal("active"), Type.Literal("blocked")], {
  error: "must be active or blocked",
});

export const userSchema = strictObject(
  {
    id: idSchema,
    version: Type.Integer(),
    phone: nullable(Type.String({ description: "E.164", examples: ["+4915112345678"] })),
    telegramUserId: nullable(Type.Integer()),
    name: Type.String({ examples: ["Nora"] }),
    username: nullable(Type.String({ examples: ["nora"] })),
    email: nullable(Type.String({ examples: ["nora@example.org"] })),
    language: Type.String({ description: "BCP 47", examples: ["en"] }),
    timezone: Type.String({ description: "IANA name", examples: ["Europe/Berlin"] }),
    role: roleSchema,
    status: statusSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { title: "User" },
);

export const userAnswer = (user: User): Static<typeof userSchema> => ({
  ...snapshotOf(user),
  updatedAt: user.updatedAt.toISOString(),
});

const pairFields = {
  accessToken: Type.String({ description: "JWT; send it as a bearer token" }),
  refreshToken: Type.String({ description: "Good for one refresh" }),
  tokenType: Type.Literal("Bearer"),
  expiresIn: Type.Integer({ description: "seconds that the access token lives", examples: [900] }),
};
export const pairSchema = strictObject(pairFields, { title: "TokenPair" });
export const signedInSchema = strictObject({ ...pairFields, user: userSchema }, { title: "SignedIn" });

export const pairAnswer = ({
  accessToken,
  refreshToken,
  expiresIn,
}: TokenPair): Static<typeof pairSchema> => ({
  accessToken,
  refreshToken,
  tokenType: "Bearer",
  expiresIn,
});

export const sessionSchema = strictObject(
  {
    id: idSchema,
    current: Type.Boolean({ description: "the session of this request" }),
    device: Type.String({
      description: "the program that signed in, in words",
      examples: ["Firefox on Linux"],
    }),
    place: nullable(
      Type.String({
        description:
          "from where it was used last, as far as the address tells: the address itself, or that it is near",
        examples: ["203.0.113.7", "local network"],
      }),
    ),
    createdAt: timeSchema,
    lastUsedAt: timeSchema,
    expiresAt: timeSchema,
    userAgent: Type.String(),
    ip: Type.String(),
  },
  { title: "Session" },
);

export const sessionAnswer = (session: Session, currentId: string): Static<typeof sessionSchema> => ({
  id: session.id,
  current: session.id === currentId,
  device: deviceName(session.userAgent),
  place: placeOf(session.ip),
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  userAgent: session.userAgent,
  ip: session.ip,
});
