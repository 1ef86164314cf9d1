import { answerOf, createBotApi } from "./bot-api/bot-api.ts";
import { createCallLog } from "./bot-api/call-log.ts";
import { BotApiError, TEXTS } from "./bot-api/errors.ts";
import { createLongPolling } from "./bot-api/long-poll.ts";
import { createRateModel } from "./bot-api/rate-model.ts";
import { createWebhookDelivery } from "./bot-api/webhook-delivery.ts";
import { createWebhookMethods } from "./bot-api/webhook-settings.ts";
import { createBotFetch, createMailFetch, outcomeResponse } from "./bot-fetch.ts";
import { createControlApi } from "./control-api/control-api.ts";
import { createFaults } from "./faults/faults.ts";
import { mailPage } from "./mail/mail-page.ts";
import { createReceiveMail, MAIL_PATH } from "./mail/receive-mail.ts";
import { createOidc, OIDC_PATH } from "./oidc/oidc.ts";
import { createOidcSwitches } from "./oidc/switches.ts";
import { createPageServer } from "./page/serve-page.ts";
import { parseBotPath } from "./paths.ts";
import { webAppKeyOf, webAppKeysOf } from "./people/init-data.ts";
import type { SandboxOptions } from "./sandbox.ts";
import type { World } from "./state/world.ts";

/** Everything of the sandbox is below this path. */
const PREFIX = "/sandbox";

/** The rooms of a sandbox around one world, behind one fetch handler. */
export function createRooms(world: World, token: string, options: SandboxOptions) {
  const faults = createFaults();
  const calls = createCallLog(world);
  const polling = createLongPolling(world);
  const webhooks = createWebhookMethods(world, {
    endPolls: polling.endForWebhook,
    reachesAnyHost: options.webhookFetch !== undefined,
  });
  const delivery = createWebhookDelivery(world, options.webhookFetch ?? ((request) => fetch(request)));
  const stopped = new AbortController();
  const rates = createRateModel(world, options.rateModel ?? false);
  const switches = createOidcSwitches();
  const { signInUrl, controlToken, mailToken, clientAddress } = options;
  const shared = { world, faults, calls, rates, controlToken, stopped: stopped.signal };
  const botApi = createBotApi({ ...shared, token, polling, webhooks });
  const webAppKeys = webAppKeysOf(options.webAppKey ?? webAppKeyOf(token));
  const controlApi = createControlApi({ ...shared, cast: options.cast ?? [], oidc: switches, webAppKeys });
  const receiveMail = createReceiveMail({ ...shared, mailToken });
  const page = createPageServer({ ...options, bot: world.bot });
  const oidc =
    signInUrl && createOidc({ world, switches, publicUrl: signInUrl, controlToken, clientAddress });

  const rooms: Room[] = [
    async (request, path) => {
      const botPath = path.startsWith("/bot") ? parseBotPath(path) : undefined;
      return botPath && outcomeResponse(await botApi(request, botPath));
    },
    (request, path) =>
      path.startsWith("/api/") ? controlApi(request, path.slice("/api".length)) : undefined,
    async (request, path) => (path === MAIL_PATH ? outcomeResponse(await receiveMail(request)) : undefined),
    (request, path) => {
      if (!oidc || !path.startsWith(`${OIDC_PATH}/`)) return undefined;
      return oidc(request, path.slice(OIDC_PATH.length));
    },
    (request, path) => mailPage(world, controlToken, request, path),
    page,
  ];
  return {
    calls,
    fetch: (request: Request) => answerFrom(rooms, request),
    botFetch: createBotFetch(botApi),
    mailFetch: createMailFetch(receiveMail),
    stop() {
      stopped.abort();
      polling.stop();
      delivery.stop();
    },
  };
}

/** Answers under one path, or undefined for a path that is another's. */
type Room = (request: Request, path: string) => Response | undefined | Promise<Response | undefined>;

async function answerFrom(rooms: readonly Room[], request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname !== PREFIX && !pathname.startsWith(`${PREFIX}/`)) return notFound();
  for (const room of rooms) {
    const answer = await room(request, pathname.slice(PREFIX.length));
    if (answer !== undefined) return answer;
  }
  return notFound();
}

function notFound(): Response {
  return outcomeResponse(answerOf(new BotApiError(404, TEXTS.notFound)));
}
