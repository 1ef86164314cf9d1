import type { CastMember } from "../people/cast.ts";
import type { WebAppKeys } from "../people/init-data.ts";
import { sameSecret } from "../same-secret.ts";
import { groupRoutes } from "./group-routes.ts";
import { json } from "./json.ts";
import { mailRoutes } from "./mail-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { Problem, problemResponse } from "./problem.ts";
import { type Route, runRoute } from "./routing.ts";
import { type TestRoutesParts, testRoutes } from "./test-routes.ts";

export interface ControlApiParts extends Omit<TestRoutesParts, "webAppPublicKey"> {
  controlToken: string;
  /** Sign the init data of the bot's Mini App. */
  webAppKeys: WebAppKeys;
  cast: readonly CastMember[];
  /** Fires when the sandbox stops: open streams end. */
  stopped: AbortSignal;
}

/** The control API under `/sandbox/api`; `path` is what follows that. Every call needs `X-Sandbox-Token`. */
export function createControlApi(
  parts: ControlApiParts,
): (request: Request, path: string) => Promise<Response> {
  const { world, webAppKeys, controlToken, cast, stopped } = parts;
  const routes: Route[] = [
    ...peopleRoutes(world, webAppKeys),
    ["GET", "/cast", () => json({ items: cast })],
    ...groupRoutes(world),
    ...mailRoutes(world, controlToken),
    ...testRoutes({ ...parts, webAppPublicKey: webAppKeys.publicKey }),
  ];
  return async (request, path) => {
    try {
      if (!sameSecret(request.headers.get("x-sandbox-token") ?? "", controlToken)) {
        throw new Problem("UNAUTHENTICATED", "send the sandbox's token in the header X-Sandbox-Token");
      }
      return await runRoute(routes, path, { request, stopped });
    } catch (error) {
      return problemResponse(error);
    }
  };
}
