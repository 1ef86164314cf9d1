import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Elysia } from "elysia";
import { z } from "zod";
import type { ProductSnapshot } from "../../shared/contracts/events.ts";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  moneySchema,
  nullable,
  problemSchema,
  skuSchema,
  strictObject,
} from "../../shared/http/schemas.ts";
import { invalid } from "../../shared/kernel/errors.ts";
import { isUuid } from "../../shared/kernel/ids.ts";
import type { Product } from "../domain/product.ts";
import type { SharedProducts } from "../usecases/share-products.ts";
import { statusSchema } from "./schemas.ts";

export interface InternalCases {
  readonly share: (after: string | null) => Promise<SharedProducts>;
  readonly lookup: (keys: { ids: string[]; skus: string[] }) => Promise<Product[]>;
  readonly snapshotOf: (product: Product) => ProductSnapshot;
}

/** Products of one lookup, at most. */
const LOOKUP_MAX = 200;

const snapshotSchema = strictObject({
  id: idSchema,
  version: Type.Integer(),
  sku: Type.String(),
  slug: Type.String(),
  name: Type.String(),
  price: moneySchema,
  status: statusSchema,
  categoryId: nullable(idSchema),
});

const sharedPageSchema = strictObject({
  items: Type.Array(snapshotSchema),
  gone: Type.Array(strictObject({ id: idSchema, sku: Type.String(), version: Type.Integer() })),
  nextCursor: nullable(Type.String()),
});

const cursorSchema = z.object({ id: z.uuid() }).strict();

/**
 * The keys of a lookup, read from the address itself: a SKU may hold a comma, at which a parser of lists would cut it.
 */
const lookupKeys = (request: Request): { ids: string[]; skus: string[] } => {
  const { searchParams } = new URL(request.url);
  const [ids, skus] = [searchParams.getAll("id"), searchParams.getAll("sku")];
  if (ids.length + skus.length > LOOKUP_MAX)
    throw invalid("/query", `must name ${LOOKUP_MAX} products at most: ask in parts`);
  if (!ids.every(isUuid)) throw invalid("/query/id", "must be UUIDs");
  if (!skus.every((sku) => Value.Check(skuSchema, sku))) throw invalid("/query/sku", "must be SKUs");
  return { ids, skus };
};

/** For the other services, as `shared/contracts/internal-api.ts` says. */
export const internalRoutes = (guard: AuthGuard, cases: InternalCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/internal/products",
      async ({ query }) => {
        const position = decodeCursor(query.cursor, cursorSchema);
        const { items, gone, nextId } = await cases.share(position?.id ?? null);
        return {
          items: items.map(cases.snapshotOf),
          gone: [...gone],
          nextCursor: nextId === null ? null : encodeCursor({ id: nextId }),
        };
      },
      {
        openTo: "service",
        query: strictObject({ cursor: Type.Optional(Type.String({ maxLength: 512 })) }),
        response: { 200: sharedPageSchema, 401: problemSchema, 422: problemSchema },
        detail: {
          summary: "All products, page by page",
          description:
            "For a replica: by rising id, drafts and archived ones too, deleted ones as `gone`. Example: `/internal/products`.",
          tags: ["internal"],
        },
      },
    )
    .get(
      "/internal/products/lookup",
      async ({ request }) => ({ items: (await cases.lookup(lookupKeys(request))).map(cases.snapshotOf) }),
      {
        openTo: "service",
        response: {
          200: strictObject({ items: Type.Array(snapshotSchema) }),
          401: problemSchema,
          422: problemSchema,
        },
        detail: {
          summary: "Some products by SKU or id",
          description: `At most ${LOOKUP_MAX}; unknown ones are left out. Example: \`?sku=MUG-BLUE&sku=MUG-RED\`.`,
          tags: ["internal"],
        },
      },
    );
