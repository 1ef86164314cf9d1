import type { CallLog } from "../bot-api/call-log.ts";
import { commandLists, commandsShownTo } from "../bot-api/commands.ts";
import type { RateModel } from "../bot-api/rate-model.ts";
import { RATE_LIMITS } from "../bot-api/rate-model.ts";
import { FAULT_PHASES, FAULTS_LIMIT, type FaultRule, type Faults } from "../faults/faults.ts";
import { CONSENTS, type OidcSwitches, RIGHT_OR_WRONG, SIGNING_ALGORITHMS } from "../oidc/switches.ts";
import { forgetEverything, type World } from "../state/world.ts";
import {
  optionalChatId,
  optionalChoice,
  optionalFlag,
  optionalInteger,
  optionalText,
  readFields,
  requiredInteger,
} from "./fields.ts";
import { json } from "./json.ts";
import { Problem } from "./problem.ts";
import type { Route } from "./routing.ts";

const FAULT_COUNT_LIMIT = 1_000_000;
const FAULT_TEXT_LIMIT = 4_096;
const DUPLICATES_LIMIT = 1_000_000;

export interface TestRoutesParts {
  world: World;
  faults: Faults;
  calls: CallLog;
  rates: RateModel;
  oidc: OidcSwitches;
  /** The public key of the sandbox's Ed25519 signatures, in hexadecimal digits. */
  webAppPublicKey: string;
}

const nothing = () => new Response(null, { status: 204 });

/** The routes that no person has: the bot's calls and settings, faults, limits, and the end of everything. */
export function testRoutes(parts: TestRoutesParts): Route[] {
  const { world, faults, calls, rates, oidc } = parts;
  return [
    ["GET", "/bot", () => json(botView(parts))],
    ["GET", "/calls", () => json({ items: calls.list() })],
    ...faultRoutes(faults),
    ["GET", "/rate-model", () => json({ on: rates.isOn(), limits: RATE_LIMITS })],
    [
      "POST",
      "/rate-model",
      async ({ request }) => {
        rates.set(optionalFlag(await readFields(request, ["on"]), "on"));
        return json({ on: rates.isOn(), limits: RATE_LIMITS });
      },
    ],
    [
      "POST",
      "/duplicates",
      async ({ request }) => {
        const fields = await readFields(request, ["count"]);
        world.duplicatesAhead = requiredInteger(fields, "count", { min: 0, max: DUPLICATES_LIMIT });
        return json({ count: world.duplicatesAhead });
      },
    ],
    ["POST", "/oidc", async ({ request }) => json(await setOidc(oidc, request))],
    ["GET", "/files/:id", ({ id }) => fileOf(world, id)],
    [
      "POST",
      "/reset",
      () => {
        faults.clear();
        calls.clear();
        rates.reset();
        oidc.reset();
        forgetEverything(world);
        return nothing();
      },
    ],
  ];
}

function botView({ world, webAppPublicKey }: TestRoutesParts) {
  return {
    bot: world.bot,
    commands: commandsShownTo(world, { id: 0, language: "" }, undefined),
    commandLists: commandLists(world),
    menuButtons: [...world.menuButtons].map(([id, button]) => ({ chatId: id === 0 ? null : id, button })),
    webAppPublicKey,
  };
}

function faultRoutes(faults: Faults): Route[] {
  return [
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
        return nothing();
      },
    ],
  ];
}

async function readFault(request: Request): Promise<FaultRule> {
  const matching = ["method", "personId", "chatId", "textContains", "count"];
  const fields = await readFields(request, [...matching, "phase", "status", "retryAfter", "applied"]);
  const phase = optionalChoice(fields, "phase", FAULT_PHASES);
  if (phase === null) throw new Problem("VALIDATION", `must be one of ${FAULT_PHASES.join(", ")}`, "/phase");
  return {
    method: optionalText(fields, "method", FAULT_TEXT_LIMIT),
    personId: optionalInteger(fields, "personId", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    chatId: optionalChatId(fields),
    textContains: optionalText(fields, "textContains", FAULT_TEXT_LIMIT),
    remaining: optionalInteger(fields, "count", { min: 1, max: FAULT_COUNT_LIMIT }) ?? 1,
    phase,
    status: optionalInteger(fields, "status", { min: 400, max: 599 }),
    retryAfterSeconds: optionalInteger(fields, "retryAfter", { min: 1, max: 86_400 }),
    applied: phase === "after" || (phase !== "before" && optionalFlag(fields, "applied")),
  };
}

async function setOidc(oidc: OidcSwitches, request: Request) {
  const fields = await readFields(request, ["consent", "personId", "nonce", "audience", "algorithm"]);
  return oidc.set({
    consent: optionalChoice(fields, "consent", CONSENTS) ?? "ask",
    personId: optionalInteger(fields, "personId", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    nonce: optionalChoice(fields, "nonce", RIGHT_OR_WRONG) ?? "right",
    audience: optionalChoice(fields, "audience", RIGHT_OR_WRONG) ?? "right",
    algorithm: optionalChoice(fields, "algorithm", SIGNING_ALGORITHMS) ?? "RS256",
  });
}

/** An uploaded picture. It is a stranger's file: nobody may take it for a page. */
function fileOf(world: World, id: string | undefined): Response {
  const bytes = world.files.get(id ?? "");
  if (bytes === undefined) throw new Problem("NOT_FOUND", "there is no such file");
  return new Response(bytes, {
    headers: {
      "content-type": "application/octet-stream",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
