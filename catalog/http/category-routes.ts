import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { etagOf, expectedVersion } from "../../shared/http/preconditions.ts";
import { pageOf, problemSchema } from "../../shared/http/schemas.ts";
import type { Category, CategoryFields } from "../domain/category.ts";
import { tidyText } from "../domain/tidy-text.ts";
import type { NewCategory } from "../usecases/create-category.ts";
import type { CountedCategory } from "../usecases/list-categories.ts";
import type { ListProductsInput, ProductList } from "../usecases/list-products.ts";
import type { UpdateCategoryInput } from "../usecases/update-category.ts";
import { type PreparedBodies, preparedText, respondWith } from "./prepared-answers.ts";
import { categoryProductsQuery, listInputOf, productCursor } from "./product-query.ts";
import { seesDrafts } from "./product-routes.ts";
import {
  type CategoryBody,
  type CategoryChangesBody,
  categoryChangesSchema,
  categorySchema,
  idParams,
  keyParams,
  newCategorySchema,
  productListSchema,
} from "./schemas.ts";

export interface CategoryCases {
  readonly list: () => Promise<CountedCategory[]>;
  readonly read: (key: string) => Promise<CountedCategory>;
  readonly products: (input: ListProductsInput & { category: string }) => Promise<ProductList>;
  readonly create: (fields: NewCategory) => Promise<Category>;
  readonly update: (input: UpdateCategoryInput) => Promise<Category>;
  readonly delete: (input: { id: string; expectedVersion: number | null }) => Promise<void>;
}

const tags = ["categories"];

const categoryBody = ({ category, productCount }: CountedCategory): CategoryBody => ({
  id: category.id,
  name: category.name,
  slug: category.slug,
  parentId: category.parentId,
  position: category.position,
  level: category.level,
  path: category.path,
  productCount,
  version: category.version,
});

const changesOf = ({ name, parentId, position }: CategoryChangesBody): Partial<CategoryFields> => ({
  ...(name === undefined ? {} : { name: tidyText(name) }),
  ...(parentId === undefined ? {} : { parentId: parentId?.toLowerCase() ?? null }),
  ...(position === undefined ? {} : { position }),
});

const readRoutes = (guard: AuthGuard, cases: CategoryCases, bodies: PreparedBodies) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/categories",
      async ({ request }) => {
        const body = { items: (await cases.list()).map(categoryBody), nextCursor: null };
        return respondWith(preparedText(JSON.stringify(body)), request);
      },
      {
        openTo: "public",
        response: { 200: pageOf(categorySchema), 304: Type.Void() },
        detail: {
          summary: "The category tree",
          description: "All of it in one page, depth first, siblings by position: each after its parent.",
          tags,
        },
      },
    )
    .get(
      "/v1/categories/:id",
      async ({ params, set }) => {
        const found = await cases.read(params.id);
        set.headers.etag = etagOf(found.category.version);
        set.headers["cache-control"] = "no-cache";
        return categoryBody(found);
      },
      {
        openTo: "public",
        params: keyParams,
        response: { 200: categorySchema, 404: problemSchema },
        detail: {
          summary: "Reads a category by id or slug",
          description: "Example: `/v1/categories/kitchen`.",
          tags,
        },
      },
    )
    .get(
      "/v1/categories/:id/products",
      async ({ params, query, visitor, request }) => {
        const input = { ...listInputOf(query, seesDrafts(visitor)), category: params.id };
        const list = await cases.products(input);
        return respondWith(bodies.list(list, productCursor(input.sort, list.next)), request);
      },
      {
        openTo: "public",
        params: keyParams,
        query: categoryProductsQuery,
        response: { 200: productListSchema, 304: Type.Void(), 404: problemSchema, 422: problemSchema },
        detail: {
          summary: "Lists the products of a category and of all below it",
          description: "As `/v1/products`. Example: `/v1/categories/kitchen/products?sort=price`.",
          tags,
        },
      },
    );

const writeRoutes = (guard: AuthGuard, cases: CategoryCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .post(
      "/v1/categories",
      async ({ body, set }) => {
        const { position = null } = body;
        const parentId = body.parentId?.toLowerCase() ?? null;
        const { id } = await cases.create({ name: tidyText(body.name), parentId, position });
        const created = await cases.read(id);
        set.status = 201;
        set.headers.location = `/v1/categories/${id}`;
        set.headers.etag = etagOf(created.category.version);
        return categoryBody(created);
      },
      {
        audience: "staff",
        parse: "json",
        body: newCategorySchema,
        response: { 201: categorySchema, 409: problemSchema, 422: problemSchema },
        detail: {
          summary: "Creates a category",
          description: "At the root, or below `parentId`; last among its siblings, or at `position`.",
          tags,
        },
      },
    )
    .patch(
      "/v1/categories/:id",
      async ({ params, body, request, set }) => {
        const { id } = params;
        await cases.update({ id, changes: changesOf(body), expectedVersion: expectedVersion(request) });
        const updated = await cases.read(id);
        set.headers.etag = etagOf(updated.category.version);
        return categoryBody(updated);
      },
      {
        audience: "staff",
        parse: "json",
        params: idParams,
        body: categoryChangesSchema,
        response: {
          200: categorySchema,
          404: problemSchema,
          409: problemSchema,
          412: problemSchema,
          422: problemSchema,
        },
        detail: {
          summary: "Renames or moves a category",
          description:
            "With `parentId` all below it moves along; with `position` it is put there among its siblings, else last below another parent. " +
            "A move into itself or below itself answers 409. The slug stays.",
          tags,
        },
      },
    )
    .delete(
      "/v1/categories/:id",
      async ({ params, request, set }) => {
        await cases.delete({ id: params.id, expectedVersion: expectedVersion(request) });
        set.status = 204;
      },
      {
        audience: "staff",
        params: idParams,
        response: { 204: Type.Void(), 404: problemSchema, 409: problemSchema, 412: problemSchema },
        detail: {
          summary: "Deletes an empty category",
          description: "While products or categories are in it, the answer is 409.",
          tags,
        },
      },
    );

/** The category tree for everybody to read and for staff to write. */
export const categoryRoutes = (guard: AuthGuard, cases: CategoryCases, bodies: PreparedBodies) =>
  new Elysia({ normalize: false }).use(readRoutes(guard, cases, bodies)).use(writeRoutes(guard, cases));
