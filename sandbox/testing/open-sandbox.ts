import { createSandbox, SANDBOX_BOT_TOKEN, type Sandbox, type SandboxOptions } from "../sandbox.ts";

export const CONTROL_TOKEN = "a-control-token-for-tests";

export type Way = "client.fetch" | "http";
/** A bot can reach the sandbox without a socket and over one; a suite that runs in both ways proves them equal. */
export const WAYS: readonly Way[] = ["client.fetch", "http"];

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface OpenSandbox {
  sandbox: Sandbox;
  /** For grammY's `client` option. */
  client: { apiRoot: string; timeoutSeconds: number; fetch?: typeof fetch };
  /** Calls a Bot API method. */
  api(method: string, parameters?: Record<string, unknown>, signal?: AbortSignal): Promise<Answer>;
  /** Sends any request to the Bot API, below `/sandbox`. */
  raw(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string | FormData },
  ): Promise<Response>;
  /** Calls the control API. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Creates a group of these people with the bot in it, and returns the id; the bot's updates of that are taken. */
  group(members: readonly number[], options?: Record<string, unknown>): Promise<number>;
  /** The updates that wait for the bot; they are taken by asking. */
  updates(): Promise<TestUpdate[]>;
  /** Creates a person and returns the id; with `started` the person has pressed Start, and that update is taken. */
  person(options?: {
    started?: boolean;
    phone?: string;
    firstName?: string;
    username?: string;
  }): Promise<number>;
  close(): Promise<void>;
}

/** An update as tests look at it. */
export interface TestUpdate {
  update_id: number;
  [kind: string]: unknown;
}

/** What a Bot API call answered; fails where it was refused. */
export function resultOf({ body }: Answer): Record<string, unknown> {
  if (body.ok !== true) throw new Error(`refused: ${String(body.description)}`);
  return body.result as Record<string, unknown>;
}

let nextPhone = 100;

/** Opens a sandbox for one test in one of the two ways. */
export async function openSandbox(way: Way, options: Partial<SandboxOptions> = {}): Promise<OpenSandbox> {
  const sandbox = createSandbox({
    controlToken: CONTROL_TOKEN,
    publicUrl: "http://127.0.0.1:3000",
    ...options,
  });
  await sandbox.start();
  const server =
    way === "http"
      ? Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 120, fetch: sandbox.fetch })
      : undefined;
  const root =
    server === undefined ? "http://sandbox.local/sandbox" : `http://127.0.0.1:${server.port}/sandbox`;
  const reach = server === undefined ? sandbox.fetch : (request: Request) => fetch(request);
  const reachBot = server === undefined ? sandbox.botFetch : fetch;

  let taken = 0;
  const control: OpenSandbox["control"] = async (method, path, body) => {
    const headers = { "x-sandbox-token": CONTROL_TOKEN };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return readAnswer(await reach(new Request(`${root}/api${path}`, init)));
  };
  const api: OpenSandbox["api"] = async (method, parameters = {}, signal) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(parameters),
    };
    const url = `${root}/bot${options.botToken ?? SANDBOX_BOT_TOKEN}/${method}`;
    return readAnswer(await reachBot(url, signal === undefined ? init : { ...init, signal }));
  };
  const updates: OpenSandbox["updates"] = async () => {
    const found = (await api("getUpdates", { offset: taken })).body.result as TestUpdate[];
    taken = (found.at(-1)?.update_id ?? taken - 1) + 1;
    return found;
  };
  return {
    sandbox,
    client: {
      apiRoot: root,
      timeoutSeconds: 65,
      ...(server === undefined ? { fetch: sandbox.botFetch } : {}),
    },
    api,
    updates,
    async group(members, options = {}) {
      const { body } = await control("POST", "/groups", { title: "Team", members, ...options });
      await updates();
      return Number(body.id);
    },
    raw: (path, init) => reach(new Request(`${root}${path}`, init)),
    control,
    async person({
      started = true,
      phone = `+1202555${String(nextPhone++).padStart(4, "0")}`,
      firstName = "Ada",
      ...rest
    } = {}) {
      const id = Number((await control("POST", "/people", { firstName, phone, ...rest })).body.id);
      if (started) await control("POST", `/people/${id}/start`);
      return id;
    },
    async close() {
      await sandbox.stop();
      await server?.stop(true);
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: Record<string, unknown> = text === "" ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, body };
}
