import { z } from "zod";
import { parkedCursor } from "../shared/http/operations-schemas.ts";
import { PAGE_LIMIT_DEFAULT } from "../shared/http/schemas.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import type { ServiceName } from "../shared/runtime/service.ts";

/** What one service answered, read to its end; null where it did not, or not in time. */
export interface Said {
  readonly service: ServiceName;
  readonly answer: { readonly status: number; readonly headers: Headers; readonly text: string } | null;
}

type Answer = NonNullable<Said["answer"]>;

/** What of a service's headers stays true of an answer that is read and written again. */
const KEPT_HEADERS = ["content-type", "retry-after", "www-authenticate", "cache-control", "allow"];

const passedOn = ({ status, headers, text }: Answer): Response => {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as [string, string]];
  });
  return new Response(text, { status, headers: kept });
};

/** The service works, and says no to this caller: the others would say the same. */
const isRefusal = ({ status }: Answer): boolean => status >= 400 && status < 500 && status !== 404;

const silentOf = (said: readonly Said[]): ServiceName[] =>
  said.flatMap(({ service, answer }) => (answer === null || answer.status >= 500 ? [service] : []));

const nobodyAnswers = (silent: readonly string[]) =>
  unavailable(`No answer of ${silent.toSorted().join(", ")} just now.`);

const jsonOf = ({ text }: Answer): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The good answers of those that gave one by the contract, and who did not. */
const collected = <Body>(said: readonly Said[], schema: z.ZodType<Body>) => {
  const bodies: Body[] = [];
  const missing: ServiceName[] = [];
  for (const { service, answer } of said) {
    const read = answer !== null && answer.status === 200 ? schema.safeParse(jsonOf(answer)) : null;
    if (read?.success) bodies.push(read.data);
    else missing.push(service);
  }
  return { bodies, missing: missing.toSorted() };
};

/**
 * One answer made of those of several services. A refusal of one is the answer, since each checks the caller itself; whoever
 * is silent is named, and hides nobody. Fails with `UNAVAILABLE` when nobody gave an answer: then nobody has checked the
 * caller either.
 */
const merged = <Body>(
  said: readonly Said[],
  schema: z.ZodType<Body>,
  merge: (bodies: readonly Body[]) => object,
): Response => {
  const refusal = said.find(({ answer }) => answer !== null && isRefusal(answer))?.answer;
  if (refusal) return passedOn(refusal);
  const { bodies, missing } = collected(said, schema);
  if (bodies.length === 0) throw nobodyAnswers(missing);
  return Response.json(
    { ...merge(bodies), unavailable: missing },
    { headers: { "cache-control": "no-store" } },
  );
};

const pageSchema = z.object({
  items: z.array(z.looseObject({ id: z.uuid() })),
  nextCursor: z.string().nullable(),
});

/** The newest id at which a page ends that another follows: what is older may have something unread before it. */
const horizonOf = (pages: readonly z.infer<typeof pageSchema>[]): string =>
  pages
    .flatMap(({ items, nextCursor }) => (nextCursor === null ? [] : (items.at(-1)?.id ?? [])))
    .toSorted()
    .at(-1) ?? "";

/** Newest first over all services: ids are UUIDv7, so they order the messages of all. */
export const mergedPages = (said: readonly Said[], { searchParams }: URL): Response =>
  merged(said, pageSchema, (pages) => {
    const limit = Number(searchParams.get("limit") ?? PAGE_LIMIT_DEFAULT);
    const horizon = horizonOf(pages);
    const found = pages.flatMap(({ items }) => items).toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const items = found.filter(({ id }) => id >= horizon).slice(0, limit);
    const isMore = horizon !== "" || found.length > items.length;
    return { items, nextCursor: isMore ? parkedCursor(items.at(-1)?.id ?? null) : null };
  });

const listSchema = z.object({ items: z.array(z.unknown()) });

/** All items of all services. */
export const mergedLists = (said: readonly Said[]): Response =>
  merged(said, listSchema, (lists) => ({ items: lists.flatMap(({ items }) => items) }));

const replayedSchema = z.object({
  replayed: z.int(),
  failed: z.array(z.unknown()),
  remaining: z.int(),
});

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** The work of all services together. */
export const mergedReplays = (said: readonly Said[]): Response =>
  merged(said, replayedSchema, (results) => ({
    replayed: sumOf(results.map(({ replayed }) => replayed)),
    failed: results.flatMap(({ failed }) => failed),
    remaining: sumOf(results.map(({ remaining }) => remaining)),
  }));

/**
 * The answer of the one whose message it is: to the others it is unknown. Fails with `UNAVAILABLE` while one is silent who
 * might be the one.
 */
export const answerOfOwner = (said: readonly Said[]): Response => {
  const answers = said.flatMap(({ answer }) => answer ?? []);
  const own = answers.find(({ status }) => status < 400) ?? answers.find(isRefusal);
  if (own !== undefined) return passedOn(own);
  const silent = silentOf(said);
  const unknown = answers.find(({ status }) => status === 404);
  if (silent.length > 0 || unknown === undefined) throw nobodyAnswers(silent);
  return passedOn(unknown);
};
