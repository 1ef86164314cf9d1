import { unavailable } from "../kernel/errors.ts";
import type { TtlStore } from "../ports/ttl-store.ts";
import { KEY_PREFIX, type RedisConnection } from "./redis-connection.ts";

/** Values with an expiry in Redis, shared by all instances. `close` leaves the connection to whoever opened it. */
export const createRedisTtlStore = ({ client }: RedisConnection): TtlStore => {
  const keyOf = (key: string) => `${KEY_PREFIX}ttl:${key}`;
  const ask = async <T>(command: () => Promise<T>): Promise<T> => {
    try {
      return await command();
    } catch (error) {
      throw unavailable("The shared store cannot be reached.", 1, error);
    }
  };
  return {
    isShared: true,
    get: (key) => ask(() => client.get(keyOf(key))),
    async set(key, value, ttlMs) {
      await ask(() => client.set(keyOf(key), value, "PX", ttlMs));
    },
    async setIfAbsent(key, value, ttlMs) {
      return (await ask(() => client.set(keyOf(key), value, "PX", ttlMs, "NX"))) === "OK";
    },
    async delete(key) {
      await ask(() => client.del(keyOf(key)));
    },
    async ping() {
      await ask(() => client.ping());
    },
    async close() {},
  };
};
