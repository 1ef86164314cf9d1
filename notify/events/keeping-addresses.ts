import type { EventHandlers } from "../../shared/outbox/inbox.ts";
import type { Tx } from "../../shared/ports/database.ts";
import type { MailAddressStore, MailKeys } from "../usecases/channel-ports.ts";

export interface KeepingAddressesDeps {
  readonly addresses: (tx: Tx) => Pick<MailAddressStore, "keepOnly">;
  readonly keys: Pick<MailKeys, "addressKey">;
}

/** auth.events: an address that has changed is confirmed no more. In the transaction of what else the news does. */
export const keepingAddresses = (
  { addresses, keys }: KeepingAddressesDeps,
  { "user.updated": applied, ...handlers }: EventHandlers,
): EventHandlers => {
  if (typeof applied !== "function") throw new Error("user.updated needs a handler of its own");
  return {
    ...handlers,
    async "user.updated"(event, tx) {
      const after = await applied(event, tx);
      const { id, email, version } = event.data.user;
      await addresses(tx).keepOnly(id, email === null ? null : keys.addressKey(id, email), version);
      return after ?? undefined;
    },
  };
};
