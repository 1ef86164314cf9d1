import type { ServiceName } from "../../shared/runtime/service.ts";

/**
 * The order in which the databases are looked at, milliseconds apart. Who is told or who asks comes before who tells or is
 * asked. Then whatever lies between two looks is something that a consumer has not heard *yet*, which is mended by publishing it
 * again, and never something that it has done for a cause that nobody knows. So every confirmed order has its hold; a hold whose
 * order came between the two looks is given back by the restore. The one circle is the catalog, which counts what orders sold: it may
 * have counted an order of those milliseconds that is not there, in a number that orders the list of products.
 */
export const SNAPSHOT_ORDER: readonly ServiceName[] = ["notify", "orders", "catalog", "inventory", "auth"];
