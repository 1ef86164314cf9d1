import { useQueries } from "@tanstack/react-query";
import { KioskProblem, ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { after, useList } from "./pages.ts";

export type SecurityEvent =
  paths["/v1/audit"]["get"]["responses"][200]["content"]["application/json"]["items"][number];
export type SecurityEventKind = SecurityEvent["kind"];

const PAGE_LIMIT = 25;
/** A name changes rarely. */
const NAME_STALE_MS = 300_000;

export interface AuditFilter {
  readonly kind: SecurityEventKind | null;
  readonly userId: string | null;
}

/** What happened around sign-in and rights, latest first: of a kind or all, of a person or everybody. */
export const useSecurityEvents = ({ kind, userId }: AuditFilter) =>
  useList(["audit", kind, userId], (cursor) =>
    ok(
      kiosk.api.GET("/v1/audit", {
        params: {
          query: {
            limit: PAGE_LIMIT,
            ...(kind === null ? {} : { kind }),
            ...(userId === null ? {} : { userId }),
            ...after(cursor),
          },
        },
      }),
    ),
  );

const nameOf = (id: string): Promise<string | null> =>
  ok(kiosk.api.GET("/v1/users/{id}", { params: { path: { id } } })).then(
    ({ name }) => name,
    (error: unknown) => {
      if (error instanceof KioskProblem && error.status === 404) return null;
      throw error;
    },
  );

/** The names of people by id; without those that are erased, or not read yet. */
export const useNames = (ids: readonly string[]): ReadonlyMap<string, string> => {
  const reads = useQueries({
    queries: ids.map((id) => ({
      queryKey: ["name", id],
      queryFn: () => nameOf(id),
      staleTime: NAME_STALE_MS,
    })),
  });
  const named = reads.flatMap(({ data }, index): [string, string][] => {
    const id = ids[index];
    return data && id !== undefined ? [[id, data]] : [];
  });
  return new Map(named);
};
