import { Anchor, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { KioskProblem, type Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { readAnew } from "../../shared/read-anew.ts";
import { Failure } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { attributeLabel } from "../listing/listing.ts";
import { BuyBox } from "../parts/buy-box.tsx";
import { ProductPicture } from "../parts/product-picture.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { productKey, useProduct } from "../queries/products.ts";
import { useFollowedStock } from "../stock/use-stock.ts";
import { useShopTexts } from "../texts/texts.ts";
import { NotFoundPage } from "./not-found-page.tsx";

type Product = Schemas["Product"];

const Path = ({ product }: { readonly product: Product }) => {
  const { nav } = useShopTexts();
  return (
    <nav className="path" aria-label={nav.categories}>
      <Anchor component={Link} href="/">
        {nav.all}
      </Anchor>
      {product.categoryPath.map(({ id, name, slug }) => (
        <Anchor component={Link} key={id} href={`/c/${slug}`}>
          {name}
        </Anchor>
      ))}
    </nav>
  );
};

const Details = ({ product: { attributes, sku } }: { readonly product: Product }) => {
  const { product, list } = useShopTexts();
  const wordOf = (value: string | number | boolean) =>
    typeof value === "boolean" ? (value ? list.yes : list.no) : String(value);
  return (
    <section aria-labelledby="details">
      <h2 id="details" className="section-title">
        {product.details}
      </h2>
      <dl className="details">
        {Object.entries(attributes).map(([name, value]) => (
          <div key={name}>
            <dt>{attributeLabel(name)}</dt>
            <dd>{wordOf(value)}</dd>
          </div>
        ))}
        <div>
          <dt>{product.sku}</dt>
          <dd>
            <bdi>{sku}</bdi>
          </dd>
        </div>
      </dl>
    </section>
  );
};

const Shown = ({ product, id }: { readonly product: Product; readonly id: string }) => {
  const texts = useShopTexts();
  const { money } = useFormat();
  const queries = useQueryClient();
  const isLive = useFollowedStock([product.sku], () => {
    void readAnew(queries, productKey(id));
  });
  const { name, description, price, sku, images } = product;
  return (
    <article className="product">
      <div className="product-large">
        <ProductPicture name={name} sku={sku} images={images} silent={false} />
      </div>
      <Stack gap="lg">
        <Stack gap="xs">
          <Path product={product} />
          <PageTitle title={name} />
          <Text className="price price-large">{money(price)}</Text>
        </Stack>
        {description !== "" && (
          <Text className="description" dir="auto">
            {description}
          </Text>
        )}
        <BuyBox product={product} />
        <Text size="sm" c="dimmed" className="live" data-live={isLive || undefined}>
          {isLive ? texts.product.live : texts.product.delayed}
        </Text>
        <Details product={product} />
      </Stack>
    </article>
  );
};

/** One product, with what there is of it this moment. */
export const ProductPage = ({ id }: { readonly id: string }) => {
  const { data, error, isError, refetch } = useProduct(id);
  if (data !== undefined) return <Shown product={data} id={id} />;
  if (error instanceof KioskProblem && error.status === 404) return <NotFoundPage />;
  return isError ? <Failure error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
};
