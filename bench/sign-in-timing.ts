// `bun bench/sign-in-timing.ts`: whether the time of an answer tells a phone that somebody has from one that nobody has, and from
// one whose account is blocked (requirement auth-1). Asks for codes and types wrong ones, the three kinds interleaved in a random
// order, one call at a time. Uses PostgreSQL at DATABASE_URL, else an embedded one.

import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { testServer } from "../shared/testing/test-server.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { openOneProcess } from "./busy-shop.ts";
import { spreadOf } from "./statistics.ts";

const USAGE = "Usage: bun bench/sign-in-timing.ts [requests of each kind, 500 by default]";
const REQUESTS = 500;
/** Requests of each kind that nobody looks at: the process has to get warm. */
const WARM_UP = 50;
/** People behind the known and the blocked phones each; who is nobody has a number of their own every time. */
const PEOPLE = 10;

/** By then a code has been sent, to whom there was one: what is left of the difference is not the work of sending it. */
const SENT_MS = 50;

const kinds = ["known", "unknown", "blocked"] as const;
type Kind = (typeof kinds)[number];
const steps = ["request", "wrong code at once", "wrong code later"] as const;
type Step = (typeof steps)[number];

const phoneOf = (kind: Kind, nth: number): string => {
  const people = kind === "unknown" ? nth : nth % PEOPLE;
  return `+1555${2_000_000 + kinds.indexOf(kind) * 100_000 + people}`;
};

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string() });

type Api = ReturnType<typeof createApiClient>;
type Times = Record<Step, Record<Kind, number[]>>;

const settle = async (api: Api, dataDir: string, adminPhone: string): Promise<void> => {
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const admin = await signIn(api, sandbox, { firstName: "Ada", phone: adminPhone });
  const { accessToken: token } = await stepUp(api, sandbox, admin, "users.manage");
  for (const kind of ["known", "blocked"] as const)
    for (let nth = 0; nth < PEOPLE; nth += 1) {
      const { userId } = await signIn(api, sandbox, { firstName: kind, phone: phoneOf(kind, nth) });
      const path = `/v1/users/${userId}`;
      if (kind === "blocked")
        await api.expect(200, z.unknown(), path, { method: "PATCH", token, body: { status: "blocked" } });
    }
};

/** A wrong code; how many milliseconds its answer took. Nine digits fit no code. */
const guess = async (api: Api, challenge: z.infer<typeof challengeSchema>): Promise<number> => {
  const begun = performance.now();
  const body = { ...challenge, code: "000000000" };
  await api.expect(401, z.unknown(), "/v1/auth/otp/verify", { method: "POST", body });
  return performance.now() - begun;
};

/** One request for a code and two wrong codes; milliseconds of each. */
const askAndGuess = async (api: Api, kind: Kind, nth: number): Promise<Record<Step, number>> => {
  const begun = performance.now();
  const { body: challenge } = await api.expect(202, challengeSchema, "/v1/auth/otp/request", {
    ...{ method: "POST", body: { phone: phoneOf(kind, nth) } },
  });
  const request = performance.now() - begun;
  const atOnce = await guess(api, challenge);
  await Bun.sleep(SENT_MS);
  return { request, "wrong code at once": atOnce, "wrong code later": await guess(api, challenge) };
};

const shuffled = (): Kind[] =>
  kinds
    .map((kind) => ({ kind, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ kind }) => kind);

const noTimes = (): Record<Kind, number[]> => ({ known: [], unknown: [], blocked: [] });

const measure = async (api: Api, requests: number): Promise<Times> => {
  const times: Times = {
    request: noTimes(),
    "wrong code at once": noTimes(),
    "wrong code later": noTimes(),
  };
  for (let nth = 0; nth < WARM_UP + requests; nth += 1)
    for (const kind of shuffled()) {
      const took = await askAndGuess(api, kind, nth);
      if (nth >= WARM_UP) for (const step of steps) times[step][kind].push(took[step]);
    }
  return times;
};

const print = (times: Times): void => {
  for (const step of steps) {
    const medians = kinds.map((kind) => ({ kind, median: spreadOf(times[step][kind]).median }));
    const values = medians.map(({ median }) => median);
    const each = medians.map(({ kind, median }) => `${kind} ${median.toFixed(2)} ms`).join(", ");
    const apart = Math.max(...values) - Math.min(...values);
    process.stdout.write(
      `${step}: median of ${times[step].known.length} ${each}; ${apart.toFixed(2)} ms apart\n`,
    );
  }
};

const requests = Number(Bun.argv[2] ?? REQUESTS);
if (!(requests >= 1)) throw new Error(USAGE);
const premises = await openOneProcess(await testServer(), {});
try {
  const api = createApiClient(premises.url);
  await settle(api, premises.dataDir, premises.adminPhone);
  print(await measure(api, requests));
} finally {
  await premises.close();
}
