import { Container } from "@mantine/core";
import { Link, useRoute } from "wouter";
import { useCategories } from "../queries/products.ts";
import { useShopTexts } from "../texts/texts.ts";

/** The categories at the top of the tree that have something in them; those below one are on its own page. */
export const CategoryNav = () => {
  const { nav } = useShopTexts();
  const { data: categories = [] } = useCategories();
  const [isHome] = useRoute("/");
  const [, params] = useRoute("/c/:slug");
  const current = categories.find(({ slug }) => slug === params?.slug);
  const roots = categories.filter(({ level, productCount }) => level === 0 && productCount > 0);
  return (
    <Container component="nav" size="lg" className="category-nav" aria-label={nav.categories}>
      <ul>
        <li>
          <Link href="/" aria-current={isHome ? "page" : undefined}>
            {nav.all}
          </Link>
        </li>
        {roots.map(({ id, name, slug, path }) => (
          <li key={id}>
            <Link
              href={`/c/${slug}`}
              aria-current={
                current?.slug === slug ? "page" : current?.path.startsWith(`${path}/`) ? "true" : undefined
              }
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Container>
  );
};
