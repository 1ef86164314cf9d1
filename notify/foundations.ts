import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createAuthClient } from "./auth-client.ts";
import type { ChannelConnection } from "./channels.ts";
import { type NotifyConfig, pacesOf } from "./config.ts";
import { createCodeMessageStore } from "./store/code-message-store.ts";
import { createPaceStore } from "./store/pace-store.ts";
import { createBindStore } from "./store/sign-in-store.ts";
import { storesOver } from "./store/stores.ts";
import { botIdOf, createSendApi, type TelegramConnection } from "./telegram/connection.ts";
import { createMessenger } from "./telegram/messenger.ts";
import { tracedApi } from "./telegram/traced-api.ts";

/** What notify is given. */
export interface NotifyDeps extends ServiceDeps {
  readonly config: NotifyConfig;
  readonly telegram: TelegramConnection;
  readonly channels: ChannelConnection;
}

/** What the rest is built on: stores, the way to auth, the way to Telegram. */
export const createFoundations = (deps: NotifyDeps) => {
  const { database, clock, log, config, telegram, services, internalToken } = deps;
  const client = createServiceClient({
    ...{ service: "auth", fetch: services.auth, internalToken, clock },
    gauge: { metrics: deps.metrics, from: "notify" },
  });
  const botId = botIdOf(telegram.token);
  const paces = pacesOf(config);
  return {
    stores: storesOver(database.db, { botId, paces, resendsUnknown: config.TELEGRAM_RESEND_UNKNOWN }),
    pace: createPaceStore(database.db, botId, paces),
    binds: createBindStore(database.db),
    codeMessages: createCodeMessageStore(database.db),
    auth: createAuthClient(client),
    messenger: createMessenger({
      api: tracedApi(createSendApi(telegram), deps.tracing, telegram.apiRoot),
      ...{ shopName: config.SHOP_NAME, clock, log },
      onUnparsable: deps.metrics
        .counter(
          "notify_unparsable_messages_total",
          "Messages that went out as plain text since Telegram could not read their markup",
          [],
        )
        .bind(null, {}),
    }),
  };
};

export type Foundations = ReturnType<typeof createFoundations>;
