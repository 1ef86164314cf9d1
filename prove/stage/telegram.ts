import { randomBytes } from "node:crypto";
import { createSandbox } from "../../sandbox/sandbox.ts";
import { createApiClient } from "../../tools/client/api-client.ts";
import type { Send } from "../promise.ts";

/** Calls of the bot are remembered by the sandbox for a while only; they are taken from it so often. */
const COLLECT_EVERY_MS = 500;
const IDLE_TIMEOUT_SECONDS = 120;
const SENDING = new Set(["sendMessage", "sendPhoto"]);

/** A Telegram that outlives the shop: what it has taken before a process died, the person has. */
export interface Telegram {
  readonly url: string;
  readonly controlToken: string;
  /** What every process needs to know of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly sends: readonly Send[];
  /** Asks for a fault, or for updates that come twice: `/faults`, `/duplicates`. */
  control(path: string, body: unknown): Promise<void>;
  /** No more faults. */
  forgive(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the sandbox in this process, on a port of its own. */
export const openTelegram = async (): Promise<Telegram> => {
  const controlToken = randomBytes(24).toString("hex");
  const botToken = `7700000060:AA${randomBytes(17).toString("hex").slice(0, 33)}`;
  const sandbox = createSandbox({ botToken, controlToken, publicUrl: "http://127.0.0.1:3000" });
  await sandbox.start();
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: IDLE_TIMEOUT_SECONDS },
    fetch: sandbox.fetch,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const sends: Send[] = [];
  let collected = 0;
  const collect = () => {
    for (const { seq, method, params, applied, status, fault } of sandbox.outbox()) {
      if (seq <= collected) continue;
      // One that still runs is looked at next time, and so are those after it.
      if (status === null && fault === null && !applied) break;
      collected = seq;
      if (applied && SENDING.has(method))
        sends.push({ chatId: Number(params.chat_id), text: String(params.text ?? params.caption ?? "") });
    }
  };
  const timer = setInterval(collect, COLLECT_EVERY_MS);
  const api = createApiClient(url, null);
  const headers = { "x-sandbox-token": controlToken };
  return {
    url,
    controlToken,
    env: { TELEGRAM_BOT_TOKEN: botToken, TELEGRAM_API_ROOT: `${url}/sandbox`, TELEGRAM_PACE: "off" },
    get sends() {
      collect();
      return sends;
    },
    async control(path, body) {
      const { status } = await api.send(`/sandbox/api${path}`, { method: "POST", body, headers });
      if (status >= 300) throw new Error(`The sandbox answered ${status} to ${path}.`);
    },
    async forgive() {
      await api.send("/sandbox/api/faults", { method: "DELETE", headers });
    },
    async close() {
      clearInterval(timer);
      await server.stop(true);
      await sandbox.stop();
    },
  };
};
