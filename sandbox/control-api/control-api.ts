import type { CallLog } from "../bot-api/call-log.ts";
import { commandsShownTo } from "../bot-api/commands.ts";
import {
  FAULT_PHASES,
  FAULTS_LIMIT,
  type FaultPhase,
  type FaultRule,
  type Faults,
} from "../faults/faults.ts";
import { sameSecret } from "../same-secret.ts";
import { forgetEverything, type World } from "../state/world.ts";
import { optionalFlag, optionalInteger, optionalText, readFields, requiredText } from "./fields.ts";
import { peopleRoutes } from "./people-routes.ts";
import { Problem, problemResponse } from "./problem.ts";
import { type Route, runRoute } from "./routing.ts";

const FAULT_COUNT_LIMIT = 1_000_000;
const FAULT_TEXT_LIMIT = 4_096;
const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

export interface ControlApiParts {
  world: World;
  faults: Faults;
  calls: CallLog;
  controlToken: string;
  /** Signs the init data of the bot's Mini App; hexadecimal digits. */
  webAppKey: string;
  /** Fires when the sandbox stops: open streams end. */
  stopped: AbortSignal;
}

/** The control API under `/sandbox/api`; `path` is what follows that. Every call needs `X-Sandbox-Token`. */
export function createControlApi(
  parts: ControlApiParts,
): (request: Request, path: string) => Promise<Response> {
  const routes: Route[] = [...peopleRoutes(parts.world, parts.webAppKey), ...testRoutes(parts)];
  return async (request, path) => {
    try {
      if (!sameSecret(request.headers.get("x-sandbox-token") ?? "", parts.controlToken)) {
        throw new Problem("UNAUTHENTICATED", "send the sandbox's token in the header X-Sandbox-Token");
      }
      return await runRoute(routes, path, { request, stopped: parts.stopped });
    } catch (error) {
      return problemResponse(error);
    }
  };
}

function testRoutes({ world, faults, calls }: ControlApiParts): Route[] {
  return [
    [
      "GET",
      "/bot",
      () => json({ bot: world.bot, commands: commandsShownTo(world, { id: 0, language: "" }) }),
    ],
    ["GET", "/calls", () => json({ items: calls.list() })],
    ["GET", "/faults", () => json({ items: faults.list() })],
    [
      "POST",
      "/faults",
      async ({ request }) => {
        const rule = await readFault(request);
        if (faults.list().length >= FAULTS_LIMIT)
          throw new Problem("CONFLICT", "too many faults wait; delete them");
        faults.add(rule);
        return json(rule, 201);
      },
    ],
    [
      "DELETE",
      "/faults",
      () => {
        faults.clear();
        return new Response(null, { status: 204 });
      },
    ],
    [
      "POST",
      "/reset",
      () => {
        faults.clear();
        calls.clear();
        forgetEverything(world);
        return new Response(null, { status: 204 });
      },
    ],
  ];
}

async function readFault(request: Request): Promise<FaultRule> {
  const names = ["method", "personId", "textContains", "count", "phase", "status", "retryAfter", "applied"];
  const fields = await readFields(request, names);
  const phase = requiredText(fields, "phase", FAULT_TEXT_LIMIT);
  if (!isPhase(phase)) throw new Problem("VALIDATION", `must be one of ${FAULT_PHASES.join(", ")}`, "/phase");
  return {
    method: optionalText(fields, "method", FAULT_TEXT_LIMIT),
    personId: optionalInteger(fields, "personId", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    textContains: optionalText(fields, "textContains", FAULT_TEXT_LIMIT),
    remaining: optionalInteger(fields, "count", { min: 1, max: FAULT_COUNT_LIMIT }) ?? 1,
    phase,
    status: optionalInteger(fields, "status", { min: 400, max: 599 }),
    retryAfterSeconds: optionalInteger(fields, "retryAfter", { min: 1, max: 86_400 }),
    applied: phase === "after" || (phase !== "before" && optionalFlag(fields, "applied")),
  };
}

function isPhase(text: string): text is FaultPhase {
  return (FAULT_PHASES as readonly string[]).includes(text);
}
