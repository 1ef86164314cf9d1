import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  nullable,
  PAGE_LIMIT_DEFAULT,
  pageOf,
  pageQuery,
  problemSchema,
  strictObject,
  timeSchema,
} from "../../shared/http/schemas.ts";
import { type AuditRecord, auditKinds } from "../usecases/ports.ts";
import { auditPositionSchema, type readAudit } from "../usecases/read-audit.ts";

const kindSchema = Type.Unsafe<AuditRecord["kind"]>(
  Type.Union(
    auditKinds.map((kind) => Type.Literal(kind)),
    { error: "must be a kind of security event" },
  ),
);

const recordSchema = strictObject({
  id: idSchema,
  at: timeSchema,
  kind: kindSchema,
  userId: nullable(idSchema),
  actorId: nullable(idSchema),
  sessionId: nullable(idSchema),
  challengeId: nullable(idSchema),
  telegramUserId: nullable(Type.Integer()),
  ip: nullable(Type.String()),
  userAgent: nullable(Type.String()),
  detail: nullable(Type.String()),
  requestId: nullable(Type.String()),
});

const recordAnswer = (record: AuditRecord) => ({
  id: record.id,
  at: record.at.toISOString(),
  kind: record.kind,
  userId: record.userId ?? null,
  actorId: record.actorId ?? null,
  sessionId: record.sessionId ?? null,
  challengeId: record.challengeId ?? null,
  telegramUserId: record.telegramUserId ?? null,
  ip: record.ip ?? null,
  userAgent: record.userAgent ?? null,
  detail: record.detail ?? null,
  requestId: record.requestId,
});

/** What happened around sign-in and rights, for admins. */
export const auditRoutes = (
  guard: AuthGuard,
  { readAudit: read }: { readAudit: ReturnType<typeof readAudit> },
) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/audit",
    async ({ query }) => {
      const { userId, kind, limit = PAGE_LIMIT_DEFAULT } = query;
      const after = decodeCursor(query.cursor, auditPositionSchema);
      const { records, next } = await read({ filter: { userId, kind }, after, limit });
      return { items: records.map(recordAnswer), nextCursor: next === null ? null : encodeCursor(next) };
    },
    {
      audience: "admin",
      query: strictObject({
        ...pageQuery,
        userId: Type.Optional(idSchema),
        kind: Type.Optional(kindSchema),
      }),
      response: { 200: pageOf(recordSchema), 401: problemSchema, 403: problemSchema, 422: problemSchema },
      detail: { summary: "Security events", description: "The newest first.", tags: ["audit"] },
    },
  );
