import { Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Empty, Failure } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { Filters } from "../listing/filters.tsx";
import { filterCount, type Listing, withoutFilters } from "../listing/listing.ts";
import { ListingBar } from "../listing/listing-bar.tsx";
import { useListing } from "../listing/use-listing.ts";
import { ProductCard } from "../parts/product-card.tsx";
import { GridSkeleton } from "../parts/skeletons.tsx";
import { useCategories, useProducts } from "../queries/products.ts";
import { useFollowedStock } from "../stock/use-stock.ts";
import { useShopTexts } from "../texts/texts.ts";
import { NotFoundPage } from "./not-found-page.tsx";

const isPlain = (listing: Listing): boolean => listing.words === "" && filterCount(listing) === 0;

const Hero = () => {
  const { hero } = useShopTexts();
  return (
    <div className="hero">
      <p className="hero-title">{hero.title}</p>
      <p className="hero-lead">{hero.lead}</p>
    </div>
  );
};

const Subcategories = ({ slug }: { readonly slug: string }) => {
  const { data: categories = [] } = useCategories();
  const { nav } = useShopTexts();
  const parent = categories.find((category) => category.slug === slug);
  const below = categories.filter(
    ({ parentId, productCount }) => parentId === parent?.id && productCount > 0,
  );
  if (parent === undefined || below.length === 0) return null;
  return (
    <nav className="subcategories" aria-label={`${nav.categories}: ${parent.name}`}>
      {below.map(({ id, name, slug: below }) => (
        <Link key={id} href={`/c/${below}`}>
          {name}
        </Link>
      ))}
    </nav>
  );
};

const NothingFits = ({ listing, onChange }: { listing: Listing; onChange: (listing: Listing) => void }) => {
  const { list } = useShopTexts();
  if (isPlain(listing)) return <Empty title={list.noneTitle} text={list.emptyText} />;
  return (
    <Empty title={list.noneTitle} text={list.noneText}>
      {filterCount(listing) > 0 && (
        <Button variant="default" onClick={() => onChange(withoutFilters(listing))}>
          {list.clear}
        </Button>
      )}
    </Empty>
  );
};

/** Products that fit, over all or within a category. */
const Results = ({ category }: { readonly category: string | null }) => {
  const [listing, setListing] = useListing();
  const { list } = useShopTexts();
  const found = useProducts(listing, category);
  const pages = found.data?.pages ?? [];
  const products = pages.flatMap(({ items }) => items);
  useFollowedStock(products.map(({ sku }) => sku));
  const facets = pages[0]?.facets ?? null;
  return (
    <div className="listing">
      <aside className="filters" aria-label={list.filters}>
        {facets !== null && <Filters listing={listing} facets={facets} onChange={setListing} />}
      </aside>
      <div className="results" aria-busy={found.isFetching}>
        <ListingBar listing={listing} facets={facets} onChange={setListing} />
        {found.isPending && <GridSkeleton />}
        {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
        {found.isSuccess && products.length === 0 && <NothingFits listing={listing} onChange={setListing} />}
        <div className="product-grid" data-stale={found.isPlaceholderData || undefined}>
          {products.map((product) => (
            <ProductCard key={product.id} product={product} />
          ))}
        </div>
        {found.hasNextPage && (
          <Stack align="center" mt="xl">
            <Button
              variant="default"
              size="md"
              loading={found.isFetchingNextPage}
              onClick={() => void found.fetchNextPage()}
            >
              {list.more}
            </Button>
          </Stack>
        )}
      </div>
    </div>
  );
};

/** The first page of the shop, or a category of it. */
export const ListingPage = ({ category }: { readonly category: string | null }) => {
  const { titles, shop } = useShopTexts();
  const { data: categories } = useCategories();
  const [listing] = useListing();
  const found = categories?.find(({ slug }) => slug === category);
  if (category !== null && categories !== undefined && found === undefined) return <NotFoundPage />;
  return (
    <Stack gap="md">
      {category === null ? (
        <>
          <PageTitle title={shop} hidden>
            {titles.home}
          </PageTitle>
          {isPlain(listing) && <Hero />}
        </>
      ) : (
        <div className="category-head">
          <PageTitle title={found?.name ?? "…"} />
          <Text c="dimmed" className="category-path">
            {found !== undefined && found.level > 0 ? found.path.split("/").slice(0, -1).join(" / ") : ""}
          </Text>
          <Subcategories slug={category} />
        </div>
      )}
      <Results category={category} />
    </Stack>
  );
};
