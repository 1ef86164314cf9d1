import { Problem } from "./problem.ts";

export interface RouteInput {
  request: Request;
  /** The path's `:id`, when it has one. */
  id: string | undefined;
  /** Fires when the sandbox stops. */
  stopped: AbortSignal;
}

export type Route = [
  method: string,
  pattern: string,
  act: (input: RouteInput) => Response | Promise<Response>,
];

/** Finds and runs the route of a path; fails with 404, or with 405 when only the method is wrong. */
export async function runRoute(
  routes: readonly Route[],
  path: string,
  { request, stopped }: Omit<RouteInput, "id">,
): Promise<Response> {
  const fitting = routes.flatMap(([method, pattern, act]) => {
    const match = matchPath(pattern, path);
    return match === undefined ? [] : [{ method, act, id: match.id }];
  });
  const route = fitting.find(({ method }) => method === request.method);
  if (route !== undefined) return route.act({ request, id: route.id, stopped });
  if (fitting.length === 0) throw new Problem("NOT_FOUND", "the sandbox has no such path");
  throw new Problem("METHOD_NOT_ALLOWED", `use ${fitting.map(({ method }) => method).join(" or ")}`);
}

function matchPath(pattern: string, path: string): { id: string | undefined } | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  let id: string | undefined;
  for (const [index, part] of wanted.entries()) {
    if (part === ":id") id = given[index];
    else if (part !== given[index]) return undefined;
  }
  return { id };
}
