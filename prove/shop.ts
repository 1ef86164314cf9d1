import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeptSecrets } from "../boot/secrets.ts";
import { putOnShelf, type ShopFloor } from "../e2e/busy-shop.ts";
import { openOrderReader, openStockReader } from "../e2e/shop-readers.ts";
import { openPostgres } from "../shared/drivers/postgres.ts";
import type { Database } from "../shared/ports/database.ts";
import { backoffMs, pause } from "../shared/runtime/retry.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { type Canary, createCanary } from "../shared/testing/canary/canary.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { inParallel } from "../tools/replay/in-parallel.ts";
import type { Journal } from "./journal.ts";
import type { NamedReader } from "./promise.ts";
import type { Stage } from "./stage/stage.ts";
import type { Telegram } from "./stage/telegram.ts";

const BUYERS = 40;
const REFRESHING = 2;
const SIGN_INS_AT_ONCE = 8;
/** A busy machine may say "not now" to somebody who wants to come in. */
const SIGN_IN_ATTEMPTS = 5;
const SIGN_IN_BACKOFF = { baseMs: 200, ceilingMs: 2_000 };
const PLENTY = { skus: 8, units: 1_000_000 } as const;
const SCARCE = { skus: 4, units: 40 } as const;
const READERS = { stock: 4, orders: 6 } as const;
const POOL_MAX = 2;

/** Looks into the databases of a stage, past its lines. */
export const openDatabases = (stage: Stage): Record<ServiceName, Database> => {
  const open = (name: ServiceName) =>
    openPostgres({ name, url: stage.databaseUrl(name), log: silentLogger(), poolMax: POOL_MAX });
  return Object.fromEntries(serviceNames.map((name) => [name, open(name)])) as Record<ServiceName, Database>;
};

/** Passes on to a canary while somebody wants to hear it: clients that go on asking do so after the run has been put away. */
const hushable = (canary: Canary) => {
  let isOpen = true;
  const heard: Canary = {
    learn: (...words) => isOpen && canary.learn(...words),
    learnFrom: (value) => isOpen && canary.learnFrom(value),
    alias: (...names) => isOpen && canary.alias(...names),
    answered: (answer) => isOpen && canary.answered(answer),
    emitted: (emission) => isOpen && canary.emitted(emission),
    count: (more) => isOpen && canary.count(more),
    flush: () => isOpen && canary.flush(),
  };
  const hush = () => {
    canary.flush();
    isOpen = false;
  };
  return { heard, hush };
};

/** Somebody who listens for secrets in this run alone. */
export const openListening = (stage: Stage, telegram: Telegram) => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-prove-"));
  const { heard: canary, hush } = hushable(createCanary(folder));
  for (const url of [stage.url, telegram.url]) canary.alias(url, stage.dataDir);
  return {
    canary,
    folder,
    world: stage.dataDir,
    close() {
      hush();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Signs so many people in, and fills the shelves: some SKUs with plenty, some with little. */
export const openFloor = async (
  stage: Stage,
  telegram: Telegram,
  { canary }: ReturnType<typeof openListening>,
  journal: Journal,
) => {
  const api = createApiClient(stage.url, canary);
  const sandbox = createSandboxClient(createApiClient(telegram.url, canary), telegram.controlToken);
  const entrance = journal.recorded("sign-in", api);
  const enter = async (firstName: string, phone: string): Promise<SignedIn> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await signIn(entrance, sandbox, { firstName, phone });
      } catch (error) {
        if (attempt === SIGN_IN_ATTEMPTS) throw error;
        await pause(backoffMs(SIGN_IN_BACKOFF, attempt));
      }
    }
  };
  const prefix = `+1${200 + Math.floor(Math.random() * 700)}`;
  let people = 0;
  const newcomer = (firstName: string) => {
    people += 1;
    return enter(firstName, `${prefix}${String(people).padStart(7, "0")}`);
  };
  const merchant = await enter("Ada", stage.adminPhone);
  const buyers: SignedIn[] = [];
  await inParallel(
    [...Array(BUYERS).keys()],
    SIGN_INS_AT_ONCE,
    async (n) => void buyers.push(await newcomer(`Buyer ${n}`)),
    () => undefined,
  );
  const refreshing: SignedIn[] = [];
  while (refreshing.length < REFRESHING) refreshing.push(await newcomer("Rhea"));
  const run = crypto.randomUUID().slice(0, 6).toUpperCase();
  const scarce = Array.from({ length: SCARCE.skus }, (_, n) => `${run}-SCARCE${n}`);
  const plenty = Array.from({ length: PLENTY.skus }, (_, n) => `${run}-PLENTY${n}`);
  const initial = new Map<string, number>([
    ...plenty.map((sku) => [sku, PLENTY.units] as const),
    ...scarce.map((sku) => [sku, SCARCE.units] as const),
  ]);
  for (const [sku, units] of initial) await putOnShelf(api, merchant.accessToken, sku, units);
  // People who come again and again; they are signed up by their first visit.
  const phones = Array.from({ length: 10 }, (_, n) => `${prefix}90${String(n).padStart(5, "0")}`);
  return {
    ...{ api, sandbox, merchant, buyers, initial, newcomer },
    ...{ scarce, refreshing, phones },
    internalToken: readKeptSecrets(stage.dataDir).INTERNAL_TOKEN ?? "",
  };
};

/** Opens the live streams of a run, and comes back when all of them have begun. */
export const openReaders = async (floor: ShopFloor): Promise<readonly NamedReader[]> => {
  const stock = Array.from({ length: READERS.stock }, () => ({
    name: "stock" as const,
    reader: openStockReader(floor),
  }));
  const orders = floor.buyers.slice(0, READERS.orders).map((buyer) => ({
    ...{ name: "orders" as const, buyer },
    reader: openOrderReader(floor, buyer),
  }));
  const readers = [...stock, ...orders];
  await waitFor(() => readers.every(({ reader }) => reader.counts.opened > 0), {
    timeoutMs: 30_000,
    what: "all streams",
  });
  return readers;
};
