import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { may } from "../../shared/contracts/permissions.ts";
import type { Principal } from "../../shared/contracts/tokens.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { problemSchema } from "../../shared/http/schemas.ts";
import { pathOf } from "../../shared/http/service-app.ts";
import type { Product, ProductFields } from "../domain/product.ts";
import type { ListProductsInput, ProductList } from "../usecases/list-products.ts";
import type { ProductView } from "../usecases/ports.ts";
import type { UpdateProductInput } from "../usecases/update-product.ts";
import type { ProductsAtHand } from "./at-hand.ts";
import { type PreparedBodies, respondWith } from "./prepared-answers.ts";
import { changesOf, fieldsOf, productBody } from "./product-bodies.ts";
import { expectedProductVersion, productEtag } from "./product-etag.ts";
import { listInputOf, productCursor, productsQuery } from "./product-query.ts";
import {
  idParams,
  keyParams,
  newProductSchema,
  type ProductChangesBody,
  productChangesSchema,
  productListSchema,
  productSchema,
} from "./schemas.ts";

export interface ProductCases {
  readonly list: (input: ListProductsInput) => Promise<ProductList>;
  readonly read: (input: { key: string; seesDrafts: boolean }) => Promise<ProductView>;
  readonly create: (fields: ProductFields) => Promise<Product>;
  readonly update: (input: UpdateProductInput) => Promise<Product>;
  readonly delete: (input: { id: string; expectedVersion: number | null }) => Promise<void>;
  readonly view: (product: Product) => Promise<ProductView>;
}

export const seesDrafts = (visitor: Principal | null): boolean =>
  visitor !== null && may(visitor.role, "catalog.write");

/** How the public's reads are answered. */
export interface ProductAnswers {
  readonly bodies: PreparedBodies;
  readonly remember: ProductsAtHand["remember"];
}

const tags = ["products"];

const readRoutes = (guard: AuthGuard, cases: ProductCases, { bodies, remember }: ProductAnswers) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/products",
      async ({ query, visitor, request }) => {
        const input = listInputOf(query, seesDrafts(visitor));
        const list = await cases.list(input);
        if (visitor === null) remember(pathOf(request.url), input);
        return respondWith(bodies.list(list, productCursor(input.sort, list.next)), request);
      },
      {
        openTo: "public",
        query: productsQuery,
        response: { 200: productListSchema, 304: Type.Void(), 422: problemSchema },
        detail: {
          summary: "Lists and searches products",
          description:
            "By keyset: a page begins where the one before ended, whatever was added meanwhile. " +
            "Example: `/v1/products?category=kitchen&inStock=true&sort=price&limit=10`.",
          tags,
        },
      },
    )
    .get(
      "/v1/products/:id",
      async ({ params, visitor, request }) => {
        const view = await cases.read({ key: params.id, seesDrafts: seesDrafts(visitor) });
        return respondWith(bodies.product(view), request);
      },
      {
        openTo: "public",
        params: keyParams,
        response: { 200: productSchema, 304: Type.Void(), 404: problemSchema },
        detail: {
          summary: "Reads a product by id, slug or SKU",
          description:
            "With its category path and live stock. The ETag changes with the product and with its stock; " +
            "`If-None-Match` gives 304. Example: `/v1/products/MUG-BLUE`.",
          tags,
        },
      },
    );

type ProductHandlerInput = {
  readonly params: { readonly id: string };
  readonly body: ProductChangesBody;
  readonly request: Request;
  readonly set: { headers: Record<string, unknown> };
};

const updateHandler =
  (cases: ProductCases) =>
  async ({ params, body, request, set }: ProductHandlerInput) => {
    const expectedVersion = expectedProductVersion(request);
    const product = await cases.update({ id: params.id, changes: changesOf(body), expectedVersion });
    const view = await cases.view(product);
    set.headers.etag = productEtag(view);
    return productBody(view);
  };

const updateOptions = (summary: string) => ({
  audience: "staff" as const,
  parse: "json" as const,
  params: idParams,
  body: productChangesSchema,
  response: {
    200: productSchema,
    404: problemSchema,
    409: problemSchema,
    412: problemSchema,
    422: problemSchema,
  },
  detail: {
    summary,
    description:
      "Only the fields that are sent change; the slug stays. `If-Match` with an old ETag answers 412. " +
      'Example: `{ "price": { "amountMinor": 1199, "currency": "USD" } }`.',
    tags,
  },
});

const writeRoutes = (guard: AuthGuard, cases: ProductCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/products",
      async ({ body, set }) => {
        const view = await cases.view(await cases.create(fieldsOf(body)));
        set.status = 201;
        set.headers.location = `/v1/products/${view.product.id}`;
        set.headers.etag = productEtag(view);
        return productBody(view);
      },
      {
        audience: "staff",
        parse: "json",
        body: newProductSchema,
        response: { 201: productSchema, 409: problemSchema, 422: problemSchema },
        detail: {
          summary: "Creates a product",
          description: "The slug is made from the name. A SKU that another product has answers 409.",
          tags,
        },
      },
    )
    .patch("/v1/products/:id", updateHandler(cases), updateOptions("Changes a product"))
    .put("/v1/products/:id", updateHandler(cases), updateOptions("Changes a product, as PATCH does"))
    .delete(
      "/v1/products/:id",
      async ({ params, request, set }) => {
        await cases.delete({ id: params.id, expectedVersion: expectedProductVersion(request) });
        set.status = 204;
      },
      {
        audience: "staff",
        params: idParams,
        response: { 204: Type.Void(), 404: problemSchema, 412: problemSchema },
        detail: {
          summary: "Deletes a product",
          description:
            "It is gone for everybody; its SKU and slug are free again. Orders keep what they bought.",
          tags,
        },
      },
    );

/** Products for everybody to read and for staff to write. */
export const productRoutes = (guard: AuthGuard, cases: ProductCases, answers: ProductAnswers) =>
  new Elysia({ normalize: false }).use(readRoutes(guard, cases, answers)).use(writeRoutes(guard, cases));
