import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import type { PartName } from "../boot/config.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { type TcpProxy, tcpProxy } from "../shared/testing/tcp-proxy.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import type { SignedIn } from "../tools/client/sign-in.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { crowdEnv } from "./crowd.ts";
import { type OwnRedis, ownRedis, redisServer } from "./own-redis.ts";
import { openPeople, type People } from "./session-people.ts";
import { type InForce, timeToEnd } from "./session-probes.ts";

const PARTS = ["gateway", "auth", "catalog", "inventory", "orders", "notify"] as const satisfies PartName[];
const PATIENCE = { timeoutMs: 60_000, everyMs: 50 } as const;
/** What each outage is tried with. All of them sign in before: without Redis nobody does. */
const CONDITIONS = ["with everything there", "without RabbitMQ", "without Redis"] as const;
type Condition = (typeof CONDITIONS)[number];

setDefaultTimeout(240_000);

const { postgres, redis, rabbitmq } = realServers;
const all = postgres && redis && rabbitmq && redisServer;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

interface Cast {
  readonly leaver: readonly SignedIn[];
  readonly everywhere: readonly SignedIn[];
  readonly banned: SignedIn;
  readonly demoted: SignedIn;
}

const castOf = async ({ newcomer, newStaff }: People): Promise<Cast> => ({
  leaver: await newcomer(),
  everywhere: await newcomer(2),
  banned: (await newcomer())[0],
  demoted: await newStaff(),
});

const tokensOf = (people: readonly SignedIn[]) => people.map(({ accessToken }) => accessToken);

describeIf(all || undefined, missing, "the end of a session, in processes of their own for each part", () => {
  const closers: (() => Promise<void>)[] = [];
  let cluster: Cluster;
  let broker: TcpProxy;
  let ownServer: OwnRedis;
  let people: People;
  const casts = new Map<Condition, Cast>();
  let witness: SignedIn;

  beforeAll(async () => {
    ownServer = await ownRedis(redisServer ?? "");
    closers.push(ownServer.kill);
    broker = await tcpProxy(rabbitmq ?? "", 5672);
    closers.push(broker.close);
    const servers = {
      postgres: postgres ?? "",
      redis: ownServer.url,
      rabbitmq: broker.through(rabbitmq ?? ""),
    };
    cluster = await startCluster(
      PARTS.map((part) => [part]),
      { env: { ...crowdEnv, LOG_LEVEL: "error" }, servers },
    );
    closers.push(cluster.close);
    people = await openPeople(cluster);
    [witness] = await people.newcomer();
    for (const condition of CONDITIONS) casts.set(condition, await castOf(people));
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  const begin: Record<Condition, () => Promise<void> | void> = {
    "with everything there": () => undefined,
    "without RabbitMQ": () => broker.shut(),
    "without Redis": async () => {
      broker.open();
      await ownServer.kill();
    },
  };

  for (const condition of CONDITIONS)
    test(`auth-23: logout, logout everywhere, a ban and a lost role are in force at every service and stream ${condition}`, async () => {
      await begin[condition]();
      const cast = casts.get(condition);
      if (cast === undefined) throw new Error("nobody has signed in");
      const { api, change } = people;
      const post = (path: string, token: string | undefined) =>
        api.expect(204, z.unknown(), path, { method: "POST", token });
      const took: Record<string, InForce> = {
        logout: await timeToEnd(api, { tokens: tokensOf(cast.leaver) }, () =>
          post("/v1/auth/logout", cast.leaver[0]?.accessToken),
        ),
        "logout-all": await timeToEnd(api, { tokens: tokensOf(cast.everywhere) }, () =>
          post("/v1/auth/logout-all", cast.everywhere[0]?.accessToken),
        ),
        ban: await timeToEnd(api, { tokens: [cast.banned.accessToken] }, () =>
          change(cast.banned.userId, { status: "blocked" }),
        ),
        role: await timeToEnd(api, { tokens: [cast.demoted.accessToken], isStaff: true }, () =>
          change(cast.demoted.userId, { role: "customer" }),
        ),
      };
      for (const [what, times] of Object.entries(took))
        console.info(`${condition}, ${what}: in force after (ms) ${JSON.stringify(times)}`);
      expect(Object.values(took).map((times) => Object.keys(times).length)).toEqual([7, 7, 7, 8]);
      // Nobody else was signed out along the way.
      expect((await api.send("/v1/orders", { token: witness.accessToken })).status).toBe(200);
    });

  test("a service that starts while auth is away accepts nobody, and then all but those whose session has ended", async () => {
    await ownServer.start();
    const ended = casts.get("with everything there")?.leaver[0];
    const [auth, orders] = (["auth", "orders"] as const).map(
      (part) => cluster.processes[PARTS.indexOf(part)],
    );
    await auth?.kill();
    await orders?.kill();
    await cluster.start(["orders"]);
    const direct = createApiClient(cluster.urlOf("orders"));
    const statuses = async () =>
      Promise.all(
        [witness, ended].map(async (who) => {
          return (await direct.send("/v1/orders", { token: who?.accessToken })).status;
        }),
      );
    expect(await statuses()).toEqual([503, 503]);
    await cluster.start(["auth"]);
    await waitFor(async () => (await statuses())[0] === 200, {
      ...PATIENCE,
      what: "orders to know its callers",
    });
    expect(await statuses()).toEqual([200, 401]);
  });
});
