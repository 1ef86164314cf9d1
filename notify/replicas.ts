import { usersPageSchema } from "../shared/contracts/internal-api.ts";
import { createReplicaFills, type ReplicaFill, type ReplicaSource } from "../shared/replicas/fill.ts";
import { createOwnerPages } from "../shared/replicas/owner-pages.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { type ChatFields, chatTable, copiesOfChats } from "./store/chat-copies.ts";

/** Fills the replica of users from auth, by calls that no delivery waits for. */
export const fillReplicas = (deps: ServiceDeps): ReplicaFill => {
  const client = createServiceClient({ ...deps, service: "auth", fetch: deps.services.auth });
  const users = createOwnerPages(client, "/internal/users", usersPageSchema);
  const source: ReplicaSource<ChatFields> = {
    table: chatTable,
    async page(cursor) {
      const page = await users(cursor);
      return page && { copies: copiesOfChats(page), nextCursor: page.nextCursor };
    },
  };
  return createReplicaFills(deps, [source]);
};
