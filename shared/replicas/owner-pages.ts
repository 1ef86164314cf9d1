import { z } from "zod";
import type { ServiceClient } from "../runtime/service-client.ts";

/** One page of all that an owner has, as its internal route tells it. */
interface OwnerPage {
  readonly nextCursor: string | null;
}

/** What the owner answers to a cursor that is none of its list, such as one of an older version of it. */
const refusedSchema = z.object({ code: z.literal("VALIDATION") });

/** The next page; null where the owner does not know the cursor any more. */
export type ReadOwnerPage<Page extends OwnerPage> = (cursor: string | null) => Promise<Page | null>;

/** Reads `path?cursor=` of the owner. Fails with `UNAVAILABLE` while the owner does not answer. */
export const createOwnerPages =
  <Page extends OwnerPage>(
    client: ServiceClient,
    path: string,
    schema: z.ZodType<Page>,
  ): ReadOwnerPage<Page> =>
  async (cursor) => {
    const { data } = await client.call<Page | z.infer<typeof refusedSchema>>({
      method: "GET",
      path: cursor === null ? path : `${path}?cursor=${encodeURIComponent(cursor)}`,
      answers: { 200: schema, 422: refusedSchema },
    });
    return "code" in data ? null : data;
  };
