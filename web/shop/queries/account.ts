import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk, useSession } from "../../shared/kiosk.ts";

const profileKey = ["me"] as const;
const sessionsKey = ["me", "sessions"] as const;
export const preferencesKey = ["me", "preferences"] as const;

export type Preferences = Pick<
  NonNullable<ReturnType<typeof usePreferences>["data"]>,
  "categories" | "quietHours" | "language"
>;

export const useProfile = () =>
  useQuery({
    queryKey: profileKey,
    queryFn: ({ signal }) => ok(kiosk.api.GET("/v1/users/me", { signal })),
    enabled: useSession() !== null,
  });

export const useChangeProfile = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<Pick<Schemas["User"], "name" | "email" | "language" | "timezone">>) =>
      ok(kiosk.api.PATCH("/v1/users/me", { body: changes })),
    onSuccess: (user) => {
      queries.setQueryData(profileKey, user);
      // Another address has to be confirmed anew.
      return queries.invalidateQueries({ queryKey: preferencesKey });
    },
  });
};

export const useSessions = () =>
  useQuery({
    queryKey: sessionsKey,
    queryFn: async ({ signal }) => (await ok(kiosk.api.GET("/v1/users/me/sessions", { signal }))).items,
    enabled: useSession() !== null,
  });

export const useEndSession = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(kiosk.api.DELETE("/v1/users/me/sessions/{id}", { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsKey }),
  });
};

export const usePreferences = () =>
  useQuery({
    queryKey: preferencesKey,
    queryFn: ({ signal }) => ok(kiosk.api.GET("/v1/notifications/preferences", { signal })),
    enabled: useSession() !== null,
  });

export const useChangePreferences = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Preferences) => ok(kiosk.api.PUT("/v1/notifications/preferences", { body })),
    onSuccess: (preferences) => queries.setQueryData(preferencesKey, preferences),
  });
};

/** Ends the session here; the shop is told, and where it does not answer the session is forgotten all the same. */
export const signOut = async (): Promise<void> => {
  await ok(kiosk.api.POST("/v1/auth/logout")).catch(() => undefined);
  kiosk.forget();
};

const PERSONAL: ReadonlySet<unknown> = new Set(["me", "orders", "order", "waiting"]);

/** Forgets what was read in somebody's name as soon as they are signed out, here or from elsewhere. */
export const useForgetfulness = (): void => {
  const queries = useQueryClient();
  const userId = useSession()?.user.id ?? null;
  useEffect(
    () => () =>
      queries.removeQueries({ predicate: ({ queryKey }) => userId !== null && PERSONAL.has(queryKey[0]) }),
    [queries, userId],
  );
};

/** Everything that the shop knows of the person, as a file. */
export const useExport = () =>
  useMutation({
    mutationFn: async () => {
      const data = await ok(kiosk.api.GET("/v1/users/me/export"));
      const url = URL.createObjectURL(
        new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }),
      );
      const link = Object.assign(document.createElement("a"), { href: url, download: "kiosk-export.json" });
      link.click();
      URL.revokeObjectURL(url);
    },
  });

/** Erases the account for good, and forgets the session. `onErased` is called before, while there still is a page to tell. */
export const useErase = (onErased: () => void) =>
  useMutation({
    mutationFn: () => ok(kiosk.api.DELETE("/v1/users/me", { body: { confirm: "erase" } })),
    onSuccess: () => {
      onErased();
      kiosk.forget();
    },
  });
