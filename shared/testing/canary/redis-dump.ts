import type { Redis } from "ioredis";
import { type Canary, canary } from "./canary.ts";

const SCAN_COUNT = 500;

/** Everything that a key holds, whatever its type. */
const valuesOf = async (client: Redis, key: string): Promise<string[]> => {
  switch (await client.type(key)) {
    case "string":
      return [(await client.get(key)) ?? ""];
    case "hash":
      return Object.entries(await client.hgetall(key)).flat();
    case "list":
      return client.lrange(key, 0, -1);
    case "set":
      return client.smembers(key);
    case "zset":
      return client.zrange(key, "0", "-1");
    default:
      return [];
  }
};

/** Shows the canary every key and value of the selected database of a Redis, before it is emptied. */
export const dumpRedis = async (
  client: Redis,
  world: string,
  listener: Canary | null = canary,
): Promise<void> => {
  if (listener === null) return;
  const keys = client.scanStream({ count: SCAN_COUNT }) as AsyncIterable<string[]>;
  for await (const page of keys) {
    for (const key of page)
      for (const text of [key, ...(await valuesOf(client, key))])
        listener.emitted({ channel: "store", world, text });
  }
  listener.flush();
};
