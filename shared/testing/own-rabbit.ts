import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../drivers/free-port.ts";
import { waitFor } from "./wait-for.ts";

/** Where packages keep the scripts; those of Debian on the PATH would change to another user. */
const PLACES = ["/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin"];
const START_TIMEOUT_MS = 60_000;
/** More than any disk has: the broker is short of it at once. */
const DISK_LIMIT_ALARM = "1000000GB";
const DISK_LIMIT_CALM = "1MB";

/** The folder of `rabbitmq-server` and `rabbitmqctl`; null where RabbitMQ is not installed. */
export const rabbitScripts = (): string | null =>
  PLACES.find((place) => existsSync(join(place, "rabbitmq-server"))) ?? null;

/** A RabbitMQ of one test, which may be killed. */
export interface OwnRabbit {
  readonly url: string;
  /** SIGKILL, as a machine that goes down. What was confirmed is on disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Whether the broker thinks that its disk is full: then it stops reading from whoever publishes. */
  alarm(on: boolean): Promise<void>;
  close(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

/** Node name, ports and folders of its own, so that no other broker of the machine is met. */
const environmentOf = (folder: string, node: string, port: number): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: folder,
  RABBITMQ_NODENAME: node,
  RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
  RABBITMQ_NODE_PORT: String(port),
  RABBITMQ_DIST_PORT: String(freePort()),
  RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
  RABBITMQ_LOG_BASE: join(folder, "log"),
  RABBITMQ_PID_FILE: join(folder, "pid"),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
  RABBITMQ_CONFIG_FILE: join(folder, "none"),
  RABBITMQ_CONF_ENV_FILE: "/dev/null",
  // One scheduler and no busy waiting: it starts sooner on a machine that has other things to do.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 1:1 +sbwt none",
});

/** Starts a RabbitMQ under a name, on ports and in a folder of its own; `close` ends it and removes the folder. */
export const ownRabbit = async (scripts: string): Promise<OwnRabbit> => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-rabbit-"));
  const node = `kiosk_${crypto.randomUUID().slice(0, 8)}@localhost`;
  const port = freePort();
  const env = environmentOf(folder, node, port);
  const run = (script: string, ...words: string[]) =>
    Bun.spawn([join(scripts, script), ...words], {
      env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
  let server: Bun.Subprocess | undefined;

  const pid = () => Number(readFileSync(join(folder, "pid"), "utf8"));
  const start = async () => {
    server = run("rabbitmq-server");
    await waitFor(() => answers(port), {
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 50,
      what: "a RabbitMQ of the test's own",
    });
  };
  const kill = async () => {
    if (server === undefined) return;
    process.kill(pid(), "SIGKILL");
    await server.exited;
    server = undefined;
  };
  const close = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };

  await start().catch(async (error: unknown) => {
    await close().catch(() => undefined);
    throw error;
  });
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}/`,
    kill,
    start,
    async alarm(on) {
      const limit = on ? DISK_LIMIT_ALARM : DISK_LIMIT_CALM;
      const exitCode = await run("rabbitmqctl", "-n", node, "set_disk_free_limit", limit).exited;
      if (exitCode !== 0) throw new Error(`rabbitmqctl ended with exit code ${exitCode}`);
    },
    close,
  };
};
