import type { ServiceDeps } from "../shared/runtime/service.ts";
import type { CatalogConfig } from "./config.ts";
import { demoCatalogue } from "./demo-catalogue.ts";
import { cachedLists } from "./store/cached-lists.ts";
import { snapshotOf } from "./store/product-events.ts";
import type { Stores } from "./stores.ts";
import { createCategory } from "./usecases/create-category.ts";
import { createProduct } from "./usecases/create-product.ts";
import { deleteCategory } from "./usecases/delete-category.ts";
import { deleteProduct } from "./usecases/delete-product.ts";
import { listCategories, readCategory } from "./usecases/list-categories.ts";
import { listCategoryProducts, listProducts } from "./usecases/list-products.ts";
import { readProduct } from "./usecases/read-product.ts";
import { seedDemoCatalogue } from "./usecases/seed-demo-catalogue.ts";
import { shareProducts } from "./usecases/share-products.ts";
import { updateCategory } from "./usecases/update-category.ts";
import { updateProduct } from "./usecases/update-product.ts";
import { viewProduct } from "./usecases/view-product.ts";

/** What the use cases need beside the stores. */
export type UseCasesDeps = Pick<ServiceDeps, "clock" | "newId"> & { readonly config: CatalogConfig };

/** The use cases of the routes, what is answered from memory, and the filling of a demo. */
export const createUseCases = (stores: Stores, deps: UseCasesDeps) => {
  const { products, listing, search, categories, stock, news, makers, countsOf } = stores;
  const { clock, newId } = deps;
  const currency = deps.config.CURRENCY;
  const view = viewProduct({ categories, stock });
  const lists = cachedLists({
    list: listProducts({ products: search, categories }),
    news,
    stock,
    makers,
    counts: countsOf("list"),
  });
  const { list } = lists;
  const makeProduct = createProduct({ products, currency, clock, newId });
  const makeCategory = createCategory({ categories, clock, newId });
  return {
    products: {
      view,
      list,
      read: readProduct({ products, view }),
      create: makeProduct,
      update: updateProduct({ products, currency, clock }),
      delete: deleteProduct({ products, clock }),
    },
    categories: {
      list: listCategories({ categories }),
      read: readCategory({ categories }),
      products: listCategoryProducts({ list, categories }),
      create: makeCategory,
      update: updateCategory({ categories, clock }),
      delete: deleteCategory({ categories }),
    },
    internal: {
      share: shareProducts({ products: listing }),
      lookup: (keys: { ids: string[]; skus: string[] }) => listing.lookup(keys),
      snapshotOf,
    },
    atHand: {
      isFresh: news.isFresh,
      epoch: () => news.epoch,
      stockChanges: () => stock.changes,
      product: products.peek,
      tree: categories.peek,
      stock: stock.peek,
      page: lists.peek,
      countProduct: () => {
        stores.productCounts.memory += 1;
      },
    },
    seedDemo: seedDemoCatalogue({
      products: listing,
      categories,
      createProduct: makeProduct,
      createCategory: makeCategory,
      currency,
      catalogue: demoCatalogue,
    }),
  };
};

export type UseCases = ReturnType<typeof createUseCases>;
