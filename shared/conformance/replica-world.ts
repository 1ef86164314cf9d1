import fc from "fast-check";
import type { Database } from "../ports/database.ts";
import { type Copy, inOrder } from "../replicas/copy.ts";
import type { OwnedCopies, ReplicaTable } from "../replicas/stretch.ts";

/** A replica as the suite drives it. `News` is what an event of the owner says. */
export interface ReplicaSubject<News> {
  readonly table: ReplicaTable;
  readonly migrations: string;
  /** Empties the replica's table. */
  empty(database: Database): Promise<void>;
  /** Keys of things, rising; those at the end stand for strangers. */
  readonly keys: readonly string[];
  /** What the owner says of a thing that is there; `variant` (0 to 3) decides its fields. */
  said(key: string, version: number, variant: number): News;
  gone(key: string, version: number): News;
  copyOf(news: News): Copy;
  /** Takes an event as the service does. */
  hear(database: Database, news: News): Promise<void>;
  /** True where a thing that was deleted may come back under its key. */
  readonly revives: boolean;
  /** Whether the owner may have a thing now, beside what it has already; where this is asked, rows depend on each other. */
  mayExist?(key: string, isLiving: (key: string) => boolean): boolean;
}

/** `tell`: a change whose event is heard at once, before those that wait. */
export type Step =
  | { readonly do: "change"; readonly key: number; readonly variant: number }
  | { readonly do: "tell"; readonly key: number; readonly variant: number }
  | { readonly do: "delete"; readonly key: number }
  | { readonly do: "deliver"; readonly nth: number }
  | { readonly do: "repeat"; readonly nth: number };

type Damage =
  | { readonly do: "lose"; readonly key: number }
  | { readonly do: "twist"; readonly key: number; readonly variant: number; readonly versionBy: number }
  | { readonly do: "invent"; readonly nth: number };

/** Things that a run is about: few, so that all meet the same ones. And strangers, that only damage brings. */
const KEYS = 4;
const STRANGERS = 2;
/** Things of one page, so that a rebuild takes several. */
const PAGE = 2;

const key = fc.nat({ max: KEYS - 1 });
const nth = fc.nat({ max: 1_000 });
const variant = fc.nat({ max: 3 });
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("change" as const), key, variant }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("tell" as const), key, variant }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deliver" as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat" as const), nth }) },
);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ do: fc.constant("lose" as const), key }),
  fc.record({
    do: fc.constant("twist" as const),
    key,
    variant,
    versionBy: fc.integer({ min: -2, max: 3 }),
  }),
  fc.record({ do: fc.constant("invent" as const), nth: fc.nat({ max: STRANGERS - 1 }) }),
);
/** A life of a replica with a rebuild in it. */
export const run = fc.record({
  before: fc.array(step, { maxLength: 25 }),
  damages: fc.array(damage, { minLength: 1, maxLength: 5 }),
  /** What happens around each page of the rebuild: between the replica's rows and the owner's, and before the write. */
  during: fc.array(fc.tuple(fc.array(step, { maxLength: 3 }), fc.array(step, { maxLength: 3 })), {
    maxLength: 6,
  }),
  after: fc.array(step, { maxLength: 2 }),
});

/** The owner, and the events that it has published. */
export const createWorld = <News>(subject: ReplicaSubject<News>, database: Database) => {
  const things = new Map<string, { version: number; living: boolean; news: News }>();
  const pending: News[] = [];
  const heard: News[] = [];
  const keyAt = (index: number): string => subject.keys[index] ?? "";
  const isLiving = (key: string) => things.get(key)?.living === true;

  const publish = (key: string, version: number, living: boolean, news: News) => {
    things.set(key, { version, living, news });
    pending.push(news);
  };
  const hear = async (news: News) => {
    await subject.hear(database, news);
    heard.push(news);
  };
  const decide = (key: string, variant: number | null): void => {
    const known = things.get(key);
    const version = (known?.version ?? 0) + 1;
    const isNew = known === undefined || (!known.living && subject.revives);
    const mayBegin = isNew && (subject.mayExist?.(key, isLiving) ?? true);
    if (variant === null) {
      if (known?.living) publish(key, version, false, subject.gone(key, version));
    } else if (known?.living || mayBegin) {
      publish(key, version, true, subject.said(key, version, variant));
    }
  };
  const change = async (key: string, variant: number, isHeard: boolean): Promise<void> => {
    const waiting = pending.length;
    decide(key, variant);
    if (isHeard) for (const news of pending.splice(waiting)) await hear(news);
  };
  /** One of them, where there are any. */
  const pick = (events: readonly News[], nth: number) => events[nth % Math.max(1, events.length)];
  const take = async (step: Step): Promise<void> => {
    if (step.do === "change" || step.do === "tell")
      return change(keyAt(step.key), step.variant, step.do === "tell");
    if (step.do === "delete") return decide(keyAt(step.key), null);
    const news = pick(step.do === "deliver" ? pending : heard, step.nth);
    if (news === undefined) return;
    if (step.do === "repeat") return subject.hear(database, news);
    pending.splice(pending.indexOf(news), 1);
    await hear(news);
  };

  return {
    take,
    async takeAll(steps: readonly Step[]) {
      for (const step of steps) await take(step);
    },
    async hearAll() {
      for (const news of pending.splice(0).reverse()) await hear(news);
    },
    copies: (): Copy[] => inOrder([...things.values()].map(({ news }) => subject.copyOf(news))),
  };
};

type World = ReturnType<typeof createWorld>;

/** The owner's pages; what is given happens before and after each is read. */
export const pagesOf = (
  world: World,
  around: readonly (readonly [readonly Step[], readonly Step[]])[] = [],
): OwnedCopies => {
  let reads = 0;
  return {
    pageMax: PAGE,
    async after(key) {
      const [before, after] = around[reads++] ?? [[], []];
      await world.takeAll(before);
      const rest = world.copies().filter((copy) => key === null || copy.key > key);
      const copies = rest.slice(0, PAGE);
      await world.takeAll(after);
      return { copies, upTo: rest.length > PAGE ? (copies.at(-1)?.key ?? null) : null };
    },
  };
};

/** Does harm to the rows of a replica, past all news. */
export const createVandal = <News>(
  { table, keys, said, copyOf }: ReplicaSubject<News>,
  database: Database,
) => {
  const rowAt = async (key: string) =>
    (await table.keptAfter(database.db, null, 1_000)).find((row) => row.key === key);
  return async (damage: Damage): Promise<void> => {
    if (damage.do === "invent") {
      const stranger = copyOf(said(keys[KEYS + damage.nth] ?? "", 5, 0));
      await database.transaction((tx) => table.save(tx, [stranger]));
      return;
    }
    const row = await rowAt(keys[damage.key] ?? "");
    if (row === undefined) return;
    await database.transaction(async (tx) => {
      await table.remove(tx, [row]);
      if (damage.do === "lose") return;
      const version = Math.max(1, row.version + damage.versionBy);
      await table.save(tx, [copyOf(said(row.key, version, damage.variant))]);
    });
  };
};
