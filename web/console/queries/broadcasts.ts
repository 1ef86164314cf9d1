import { useQuery } from "@tanstack/react-query";
import { newIdempotencyKey, ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useBroadcastsTexts } from "../texts/broadcasts.ts";
import { after, useList } from "./pages.ts";

export type Broadcast =
  paths["/v1/broadcasts"]["get"]["responses"][200]["content"]["application/json"]["items"][number];
export type BroadcastInFull =
  paths["/v1/broadcasts/{id}"]["get"]["responses"][200]["content"]["application/json"];
/** Words by language; one at least. */
export type BroadcastTexts = Broadcast["texts"];

const BROADCASTS_KEY = ["broadcasts"] as const;
const TOUCHED = [BROADCASTS_KEY];
const PAGE_LIMIT = 25;
/** A broadcast that is being sent gets on by some dozens a second. */
const READ_AGAIN_MS = 2_000;

export const useBroadcasts = () =>
  useList(
    [...BROADCASTS_KEY, "list"],
    (cursor) =>
      ok(kiosk.api.GET("/v1/broadcasts", { params: { query: { limit: PAGE_LIMIT, ...after(cursor) } } })),
    { refetchMs: READ_AGAIN_MS },
  );

export const useBroadcast = (id: string) =>
  useQuery({
    queryKey: [...BROADCASTS_KEY, "one", id],
    queryFn: () => ok(kiosk.api.GET("/v1/broadcasts/{id}", { params: { path: { id } } })),
    refetchInterval: READ_AGAIN_MS,
  });

/** How it will look to each language's readers, and how many they are: of this version. */
export const usePreview = ({ id, version }: Broadcast) =>
  useQuery({
    queryKey: [...BROADCASTS_KEY, "preview", id, version],
    queryFn: () => ok(kiosk.api.POST("/v1/broadcasts/{id}/preview", { params: { path: { id } } })),
  });

const at = ({ id }: Broadcast) => ({ params: { path: { id } } });
const seen = (broadcast: Broadcast) => ({
  ...at(broadcast),
  headers: { "if-match": `"${broadcast.version}"` },
});

export const newDraft = (texts: BroadcastTexts) => ({ texts, key: newIdempotencyKey() });

export const useDraft = () => {
  const { saved } = useBroadcastsTexts();
  return useAct({
    act: ({ texts, key }: ReturnType<typeof newDraft>) =>
      ok(kiosk.api.POST("/v1/broadcasts", { body: { texts }, headers: { "idempotency-key": key } })),
    touches: TOUCHED,
    done: () => ({ text: saved }),
  });
};

export const useChangeDraft = () => {
  const { saved } = useBroadcastsTexts();
  return useAct({
    act: ({ broadcast, texts }: { broadcast: Broadcast; texts: BroadcastTexts }) =>
      ok(kiosk.api.PATCH("/v1/broadcasts/{id}", { ...seen(broadcast), body: { texts } })),
    touches: TOUCHED,
    done: () => ({ text: saved }),
  });
};

/** Deletes a draft, sends it to oneself, or sends it to everybody, which wants a fresh code. */
export const useDraftActs = () => {
  const texts = useBroadcastsTexts();
  const remove = useAct({
    act: (draft: Broadcast) => ok(kiosk.api.DELETE("/v1/broadcasts/{id}", seen(draft))),
    touches: TOUCHED,
    done: () => ({ text: texts.removed }),
  });
  const test = useAct({
    act: (draft: Broadcast) =>
      ok(
        kiosk.api.POST("/v1/broadcasts/{id}/test", {
          ...at(draft),
          body: {},
          headers: { "idempotency-key": newIdempotencyKey() },
        }),
      ),
    touches: [],
    done: () => ({ text: texts.tested }),
  });
  const start = useAct({
    act: (draft: Broadcast) => ok(kiosk.api.POST("/v1/broadcasts/{id}/start", seen(draft))),
    touches: TOUCHED,
    done: () => ({ text: texts.started }),
  });
  return { remove, test, start };
};

/** Halts a broadcast, lets it go on, or leaves out who has not got it yet. */
export const useRunActs = () => {
  const texts = useBroadcastsTexts();
  const pause = useAct({
    act: (run: Broadcast) => ok(kiosk.api.POST("/v1/broadcasts/{id}/pause", at(run))),
    touches: TOUCHED,
    done: () => ({ text: texts.paused }),
  });
  const resume = useAct({
    act: (run: Broadcast) => ok(kiosk.api.POST("/v1/broadcasts/{id}/resume", at(run))),
    touches: TOUCHED,
    done: () => ({ text: texts.resumed }),
  });
  const cancel = useAct({
    act: (run: Broadcast) => ok(kiosk.api.POST("/v1/broadcasts/{id}/cancel", at(run))),
    touches: TOUCHED,
    done: () => ({ text: texts.cancelled }),
  });
  return { pause, resume, cancel };
};
