import { type InfiniteData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

/** A page of a list as all lists of the API answer it. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
export type ListPages<Item> = InfiniteData<ListPage<Item>>;

/** A list of the API, read page by page. */
export const useList = <Item>(
  queryKey: QueryKey,
  read: (cursor: string | null) => Promise<ListPage<Item>>,
  { enabled = true, refetchMs = false }: { enabled?: boolean; refetchMs?: number | false } = {},
) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
    refetchInterval: refetchMs,
  });

export const itemsOf = <Item>(pages: ListPages<Item>): readonly Item[] =>
  pages.pages.flatMap(({ items }) => items);

/** The pages with each item as `change` makes it; the same pages where it leaves all as they are. */
export const changeItems = <Item>(pages: ListPages<Item>, change: (item: Item) => Item): ListPages<Item> => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, items: page.items.map(change) })),
});

/** The cursor as a parameter: none on the first page. */
export const after = (cursor: string | null) => (cursor === null ? {} : { cursor });
