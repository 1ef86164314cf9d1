import { productsPageSchema, usersPageSchema } from "../shared/contracts/internal-api.ts";
import { createReplicaFills, type ReplicaFill, type ReplicaSource } from "../shared/replicas/fill.ts";
import { createOwnerPages } from "../shared/replicas/owner-pages.ts";
import type { ServiceDeps, ServiceName } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { copiesOfProducts, type ProductFields, productTable } from "./store/product-copies.ts";
import { copiesOfUsers, type UserFields, userTable } from "./store/user-copies.ts";

/** Fills the replicas of products and users from the catalog and from auth, by calls that no order waits for. */
export const fillReplicas = (deps: ServiceDeps): ReplicaFill => {
  const client = (service: ServiceName) =>
    createServiceClient({ ...deps, service, fetch: deps.services[service] });
  const products = createOwnerPages(client("catalog"), "/internal/products", productsPageSchema);
  const users = createOwnerPages(client("auth"), "/internal/users", usersPageSchema);
  const ofProducts: ReplicaSource<ProductFields> = {
    table: productTable,
    async page(cursor) {
      const page = await products(cursor);
      return page && { copies: copiesOfProducts(page), nextCursor: page.nextCursor };
    },
  };
  const ofUsers: ReplicaSource<UserFields> = {
    table: userTable,
    async page(cursor) {
      const page = await users(cursor);
      return page && { copies: copiesOfUsers(page), nextCursor: page.nextCursor };
    },
  };
  return createReplicaFills(deps, [ofProducts, ofUsers]);
};
