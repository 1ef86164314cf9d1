import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { bombs, covetedFields, injections, noNumbers } from "./abuse/bombs.ts";
import { nameOf, readWrites, type Write } from "./abuse/writes.ts";
import { putOnShelf } from "./busy-shop.ts";
import { residentBytes } from "./memory-use.ts";
import { type OneProcess, openOneProcess } from "./one-process.ts";
import { sized } from "./size.ts";

setDefaultTimeout(120_000);

const MEGABYTE = 1_024 * 1_024;
const LARGE_BYTES = 64 * 1_024;
const SKU = "ABUSED";
/** Of bombs, before memory is looked at and after. */
const ROUNDS = sized(15, 2);

let shop: OneProcess;
let token = "";
let writes: readonly Write[] = [];

beforeAll(async () => {
  shop = await openOneProcess({ RATE_LIMITS: "off" });
  const api = createApiClient(shop.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "");
  const admin = await signIn(api, sandbox, { firstName: "Ada", phone: shop.adminPhone });
  await putOnShelf(api, admin.accessToken, SKU, 10);
  token = (await stepUp(api, sandbox, admin)).accessToken;
  writes = await readWrites(shop.url);
});
afterAll(() => shop.close());

/** With the rights of an admin who has just proved themselves: whoever is refused anyway is refused for what they send. */
const send = (method: string, path: string, body?: string | Uint8Array): Promise<Response> =>
  fetch(`${shop.url}${path}`, {
    method,
    redirect: "manual",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

/** Words of the inside: of libraries, of SQL and of stacks. */
const INSIDE =
  /pg_|postgres|drizzle|elysia|typebox|node_modules|\.ts:\d|select .* from|RangeError|SyntaxError|Maximum call/i;

/** A refusal, and nothing in it of what was sent or of the inside. */
const refusalOf = async (answer: Response, what: string): Promise<{ status: number; problem: Problem }> => {
  const text = await answer.text();
  expect({ what, status: answer.status, type: answer.headers.get("content-type") }).toMatchObject({
    type: "application/problem+json",
  });
  expect({ what, leaks: INSIDE.exec(text)?.[0] ?? null, long: text.length > 10_000 }).toEqual({
    what,
    leaks: null,
    long: false,
  });
  return { status: answer.status, problem: JSON.parse(text) as Problem };
};

const isWell = async () => (await fetch(`${shop.url}/ready`)).status;

describe("scenario 37: mass assignment", () => {
  test("no write takes a field that it does not name, whoever sends it", async () => {
    expect(writes.length).toBeGreaterThan(30);
    for (const write of writes) {
      const foreign = Object.entries(covetedFields).filter(([name]) => !write.fields.has(name));
      const answer = await send(write.method, write.path, JSON.stringify(Object.fromEntries(foreign)));
      const { status, problem } = await refusalOf(answer, nameOf(write));
      const pointers = problem.errors?.map(({ pointer }) => pointer) ?? [];
      // Of a body of several shapes nobody can say in which of them a field is wrong: see below.
      const isOneOfSeveral = write.shapes.length > 0;
      const unnamed = foreign.filter(([name]) => !pointers.includes(`/body/${name}`)).map(([name]) => name);
      // Routes that are switched off, that know nobody of this id, or no such name in their path, say so first.
      if (status === 422 && !isOneOfSeveral && !pointers.some((pointer) => pointer.startsWith("/params/")))
        expect({ write: nameOf(write), unnamed }).toEqual({ write: nameOf(write), unnamed: [] });
      else expect([nameOf(write), [404, 422].includes(status)]).toEqual([nameOf(write), true]);
    }
  });

  test("nor does one that takes several shapes, in any of them", async () => {
    const several = writes.filter(({ shapes }) => shapes.length > 0);
    expect(several.length).toBeGreaterThan(0);
    for (const write of several) {
      const statusOf = async (body: object) =>
        (await send(write.method, write.path, JSON.stringify(body))).status;
      const foreign = Object.entries(covetedFields).filter(([name]) => !write.fields.has(name));
      for (const shape of write.shapes) {
        // It is the field alone that makes the difference.
        expect([nameOf(write), shape, (await statusOf(shape)) < 300]).toEqual([nameOf(write), shape, true]);
        for (const [name, value] of foreign)
          expect([name, await statusOf({ ...shape, [name]: value })]).toEqual([name, 422]);
      }
    }
  });
});

describe("scenario 38: bombs of JSON", () => {
  /** Of the large ones each service gets its own: what refuses them is the same in all of its routes. */
  const isLarge = (bomb: string) => bomb.length > LARGE_BYTES;
  const serviceOf = ({ path }: Write) => path.split("/")[2] ?? "";
  const calls = () => {
    const first = new Map(writes.toReversed().map((write) => [serviceOf(write), write]));
    return writes.flatMap((write) =>
      Object.entries(bombs)
        .filter(([, bomb]) => !isLarge(bomb) || first.get(serviceOf(write)) === write)
        .map(([name, bomb]) => ({ write, name, bomb })),
    );
  };

  const sendAll = async (sent: ReturnType<typeof calls>): Promise<void> => {
    for (const { write, name, bomb } of sent) {
      const what = `${nameOf(write)}: ${name}`;
      const { status } = await refusalOf(
        await send(write.method, write.path, Buffer.from(bomb, "latin1")),
        what,
      );
      expect({ what, isRefused: [404, 413, 415, 422].includes(status) }).toEqual({ what, isRefused: true });
    }
  };

  test("are refused by every write, and nobody is the worse for it: they may come again, and do not stay in memory", async () => {
    const sent = calls();
    const sentBytes = ROUNDS * sent.reduce((sum, { bomb }) => sum + bomb.length, 0);
    const highestOf = async (rounds: number): Promise<number> => {
      const seen: number[] = [];
      while (seen.length < rounds) {
        await sendAll(sent);
        seen.push(residentBytes(shop.pid));
      }
      return Math.max(...seen);
    };
    // What the runtime has needed once it keeps for the next time, so the first rounds are no measure.
    const first = await highestOf(ROUNDS);
    const grown = (await highestOf(ROUNDS)) - first;
    const inMegabytes = [first, grown, sentBytes].map((bytes) => Math.round(bytes / MEGABYTE));
    process.stdout.write(
      `resident memory, MB, its growth, and what was sent meanwhile: ${inMegabytes.join(", ")}\n`,
    );
    expect(grown).toBeLessThan(sentBytes);
    expect(await isWell()).toBe(200);
  });

  test("a body that says it has 100 MB is refused before it comes", async () => {
    for (const { method, path } of writes.slice(0, 5)) {
      const answer = await fetch(`${shop.url}${path}`, {
        method,
        body: new Uint8Array(100 * MEGABYTE),
      }).catch(() => null);
      // The server may close the door while the client is still talking.
      if (answer !== null) expect(answer.status).toBe(413);
    }
    expect(await isWell()).toBe(200);
  });
});

describe("scenario 39: numbers", () => {
  test("a price and a quantity are whole, not negative and in range, or refused", async () => {
    const product = (amountMinor: string) =>
      `{"sku":"N","name":"N","description":"","price":{"amountMinor":${amountMinor},"currency":"USD"}}`;
    const order = (quantity: string) => `{"lines":[{"sku":"${SKU}","quantity":${quantity}}]}`;
    for (const number of noNumbers) {
      // 2^31 cents are a price, if a high one.
      if (number !== "2147483648")
        expect([number, (await send("POST", "/v1/products", product(number))).status]).toEqual([number, 422]);
      expect([number, (await send("POST", "/v1/orders", order(number))).status]).toEqual([number, 422]);
      const level = `{"onHand":${number},"reason":"count"}`;
      expect([number, (await send("PUT", `/v1/stock/${SKU}`, level)).status]).toEqual([number, 422]);
    }
    expect((await send("POST", "/v1/orders", order("0"))).status).toBe(422);
    const euros = `{"sku":"N","name":"N","description":"","price":{"amountMinor":1,"currency":"EUR"}}`;
    expect((await send("POST", "/v1/products", euros)).status).toBe(422);
    expect(await (await send("GET", `/v1/stock/${SKU}`)).json()).toMatchObject({ onHand: 10, reserved: 0 });
  });
});

describe("scenario 40: injections into what is sorted and filtered by", () => {
  const lists: readonly (readonly [path: string, parameters: readonly string[]])[] = [
    [
      "/v1/products",
      ["q", "sort", "category", "cursor", "limit", "minPrice", "inStock", "attributes", "status"],
    ],
    ["/v1/stock", ["q", "below", "cursor", "limit"]],
    ["/v1/orders", ["status", "userId", "cursor", "limit", "archived"]],
    ["/v1/users", ["q", "role", "cursor", "limit", "status"]],
    ["/v1/notifications", ["state", "cursor", "limit"]],
    ["/v1/ops/sagas", ["step", "stuck", "cursor", "limit"]],
    ["/v1/ops/parked", ["service", "cursor", "limit"]],
    ["/v1/audit", ["type", "userId", "cursor", "limit"]],
  ];

  const expectNothing = async (path: string, parameter: string, injection: string): Promise<void> => {
    const what = `${path}?${parameter}=${injection.slice(0, 40)}`;
    const answer = await send("GET", `${path}?${parameter}=${encodeURIComponent(injection)}`);
    if (answer.status !== 200)
      return expect([what, (await refusalOf(answer, what)).status]).toEqual([what, 422]);
    const { items } = (await answer.json()) as { items: unknown[] };
    // A wildcard is a character, and matches none of ours.
    if (parameter === "q") expect({ what, found: items.length }).toEqual({ what, found: 0 });
  };

  test("find nothing, change nothing and are told nothing", async () => {
    for (const [path, parameters] of lists)
      for (const parameter of parameters)
        for (const injection of injections) await expectNothing(path, parameter, injection);
    expect(await isWell()).toBe(200);
    expect((await send("GET", `/v1/products/${SKU}`)).status).toBe(200);
  });

  test("a path is a name of a thing, and nothing else", async () => {
    for (const injection of injections) {
      for (const path of [
        "/v1/products/",
        "/v1/orders/",
        "/v1/stock/",
        "/v1/users/",
        "/docs/",
        "/openapi/",
      ]) {
        const answer = await send("GET", path + encodeURIComponent(injection));
        const { status } = await refusalOf(answer, path + injection.slice(0, 40));
        expect([path, injection.slice(0, 40), [404, 422].includes(status)]).toEqual([
          path,
          injection.slice(0, 40),
          true,
        ]);
      }
    }
  });
});
