import { sharedUsersOf } from "../../auth/service.ts";
import { copiesOfStock, sharedProductsOf, stockTable } from "../../catalog/service.ts";
import { sharedLevelsOf } from "../../inventory/service.ts";
import { chatTable, copiesOfChats } from "../../notify/service.ts";
import { copiesOfProducts, copiesOfUsers, productTable, userTable } from "../../orders/service.ts";
import type { Database } from "../../shared/ports/database.ts";
import { type Copy, inOrder } from "../../shared/replicas/copy.ts";
import type { OwnedCopies, ReplicaTable } from "../../shared/replicas/stretch.ts";
import type { ServiceName } from "../../shared/runtime/service.ts";

/** A replica: who keeps it, whose it is, and how the owner's database is read for it. */
export interface Replica {
  readonly table: ReplicaTable;
  readonly keeper: ServiceName;
  readonly owner: ServiceName;
  owned(owner: Database): OwnedCopies;
}

/** Things of one page of users and of products, and of levels: as the owners read them. */
const PAGE = 200;
const LEVELS_PAGE = 5_000;

/** Pages of an owner as copies. */
const owned =
  <Page extends { readonly next: string | null }>(
    pagesOf: (owner: Database) => (after: string | null) => Promise<Page>,
    copiesOf: (page: Page) => readonly Copy[],
    pageMax = PAGE,
  ) =>
  (owner: Database): OwnedCopies => {
    const pages = pagesOf(owner);
    return {
      pageMax,
      async after(key) {
        const page = await pages(key);
        return { copies: inOrder(copiesOf(page)), upTo: page.next };
      },
    };
  };

/** A page as a service tells it, in lists that may be kept. */
const whole = <Item, Gone>({
  items,
  gone,
}: {
  readonly items: readonly Item[];
  readonly gone: readonly Gone[];
}) => ({
  items: [...items],
  gone: [...gone],
});

const all: readonly Replica[] = [
  {
    table: productTable,
    keeper: "orders",
    owner: "catalog",
    owned: owned(sharedProductsOf, (page) => copiesOfProducts(whole(page))),
  },
  {
    table: userTable,
    keeper: "orders",
    owner: "auth",
    owned: owned(sharedUsersOf, (page) => copiesOfUsers(whole(page))),
  },
  {
    table: stockTable,
    keeper: "catalog",
    owner: "inventory",
    owned: owned(sharedLevelsOf, ({ items }) => copiesOfStock(items), LEVELS_PAGE),
  },
  {
    table: chatTable,
    keeper: "notify",
    owner: "auth",
    owned: owned(sharedUsersOf, (page) => copiesOfChats(whole(page))),
  },
];

/** Their names, as they stand on a command line. */
export const replicaNames: readonly string[] = all.map(({ table }) => table.name);

/** The replicas with these names; all of them without any. Null where one is unknown. */
export const replicasNamed = (names: readonly string[]): readonly Replica[] | null => {
  if (names.some((name) => !replicaNames.includes(name))) return null;
  return names.length === 0 ? all : all.filter(({ table }) => names.includes(table.name));
};
