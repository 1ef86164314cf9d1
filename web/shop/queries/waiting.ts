import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ok } from "../../../client/index.ts";
import { kiosk, useSession } from "../../shared/kiosk.ts";

const waitingKey = ["waiting"] as const;

/** What the person waits for, by SKU. */
export const useWaiting = () =>
  useQuery({
    queryKey: waitingKey,
    queryFn: async ({ signal }) =>
      (await ok(kiosk.api.GET("/v1/notifications/back-in-stock", { signal }))).items,
    enabled: useSession() !== null,
  });

/** Begins or ends waiting for a product. */
export const useSetWaiting = (sku: string) => {
  const queries = useQueryClient();
  const path = "/v1/notifications/back-in-stock/{sku}" as const;
  const params = { params: { path: { sku } } };
  return useMutation({
    mutationFn: async (wanted: boolean): Promise<void> => {
      if (wanted) await ok(kiosk.api.PUT(path, params));
      else await ok(kiosk.api.DELETE(path, params));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: waitingKey }),
  });
};
