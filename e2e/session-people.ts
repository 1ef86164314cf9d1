import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import type { Shop } from "./busy-shop.ts";

const tokenSchema = z.object({ accessToken: z.string() });

/** People who sign in to a shop, and its merchant, who may change what they are. */
export const openPeople = async ({ url, dataDir, adminPhone }: Shop) => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const merchant = await signIn(api, sandbox, { firstName: "Ada", phone: adminPhone });
  const prefix = String(200 + Math.floor(Math.random() * 700));
  let count = 0;
  /** Somebody new with so many sessions. */
  const newcomer = async (sessions = 1): Promise<readonly [SignedIn, ...SignedIn[]]> => {
    count += 1;
    const who = { firstName: `Person ${count}`, phone: `+1${prefix}${String(count).padStart(7, "0")}` };
    const first = await signIn(api, sandbox, who);
    const more: SignedIn[] = [];
    while (more.length + 1 < sessions) more.push(await signIn(api, sandbox, who));
    return [first, ...more];
  };
  // Good for five minutes: whoever wants Redis to be away by then has what it takes.
  const { accessToken: adminToken } = await stepUp(api, sandbox, merchant, "users.manage");
  const change = (userId: string, body: { readonly role?: string; readonly status?: string }) =>
    api.expect(200, z.unknown(), `/v1/users/${userId}`, { method: "PATCH", body, token: adminToken });
  return {
    api,
    newcomer,
    change,
    /** Somebody new who is made staff, with a token that says so. */
    async newStaff(): Promise<SignedIn> {
      const [person] = await newcomer();
      await change(person.userId, { role: "staff" });
      const body = { refreshToken: person.refreshToken };
      const pair = await api.expect(200, tokenSchema, "/v1/auth/refresh", { method: "POST", body });
      return { ...person, role: "staff", accessToken: pair.body.accessToken };
    },
  };
};

export type People = Awaited<ReturnType<typeof openPeople>>;
