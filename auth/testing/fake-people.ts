import {
  type ErasePersonRequest,
  erasePersonRequestSchema,
  type FarewellRequest,
  farewellRequestSchema,
} from "../../shared/contracts/internal-people.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";

/** A service that holds something of people, as auth sees it: so many pages, and a few looks until it is done. */
export const createFakePeople = (name: string, { pages = 1, looks = 2 } = {}) => {
  const asked: ErasePersonRequest[] = [];
  const farewells: FarewellRequest[] = [];
  const state = { reachable: true, farewell: "sent" };
  const fetch: ServiceFetch = async (request) => {
    if (!state.reachable) throw new Error("connection refused");
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith("/export")) {
      const page = Number(searchParams.get("cursor") ?? "1");
      return Response.json({
        parts: ["things", "nothings"],
        items: [{ part: "things", record: { service: name, page } }],
        nextCursor: page < pages ? String(page + 1) : null,
      });
    }
    if (pathname.endsWith("/farewell")) {
      farewells.push(farewellRequestSchema.parse(await request.json()));
      return Response.json({ outcome: state.farewell });
    }
    asked.push(erasePersonRequestSchema.parse(await request.json()));
    const isDone = asked.length >= looks;
    return Response.json({
      state: isDone ? "done" : "waiting",
      retryAfterSeconds: isDone ? null : 10,
      erased: [{ what: `things of ${name}`, count: 1 }],
      kept: [],
    });
  };
  return { asked, farewells, state, fetch };
};
