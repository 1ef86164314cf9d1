import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { preferencesKey } from "./account.ts";

/** How mail stands: off, waiting for its code, on, without such a mailbox, or nothing that this shop has. */
export type MailState =
  paths["/v1/notifications/preferences"]["get"]["responses"][200]["content"]["application/json"]["email"];

/** Does it, and reads anew how mail stands, whatever came of it. */
const useMailAct = <Input = void>(
  act: (input: Input) => Promise<unknown>,
): UseMutationResult<unknown, Error, Input> => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queries.invalidateQueries({ queryKey: preferencesKey }),
  });
};

/** Has a code mailed to the account's address. */
export const useAskForMail = () => useMailAct(() => ok(kiosk.api.POST("/v1/notifications/email")));

export const useConfirmMail = () =>
  useMailAct((code: string) => ok(kiosk.api.POST("/v1/notifications/email/confirm", { body: { code } })));

export const useEndMail = () => useMailAct(() => ok(kiosk.api.DELETE("/v1/notifications/email")));
