import type { Tx } from "../shared/ports/database.ts";
import type { ChannelDeps, WorkerParts } from "./channel-deps.ts";
import { createMailKeys } from "./channel-keys.ts";
import { buildMail, mailChoiceOf, mailerOf, mailOff } from "./mail-channel.ts";
import { createChannelRecorder } from "./store/channel-recorder.ts";
import { createMailAddressStore, keepOnlyAddress } from "./store/mail-address-store.ts";
import { createShopEventQueue } from "./store/shop-event-queue.ts";
import { createUntilStored } from "./until-stored.ts";
import { endMail } from "./usecases/confirm-address.ts";
import { buildWebhooks, tellOfWebhook, webhooksOff } from "./webhook-channel.ts";

export type { ChannelConnection } from "./channel-deps.ts";

const workerParts = (deps: ChannelDeps, ended: AbortSignal): WorkerParts => {
  const { database, clock, newId, log, metrics, announce, wakeBot } = deps;
  const count = metrics.counter(
    "notify_channel_sends_total",
    "What was handed over beside the bot, by channel and outcome",
    ["channel", "outcome"],
  );
  const tell = tellOfWebhook(deps);
  const recorder = createChannelRecorder(database, async (tx, turn) => {
    await tell(tx, turn);
    wakeBot();
  });
  return {
    ...{ recorder, announce, clock, newId, log, untilStored: createUntilStored(ended) },
    onResult: (channel, outcome) => count({ channel, outcome }),
  };
};

/**
 * Mail and webhooks: their queues, their routes, and what the bot's part calls when it has put something into the queue. Without
 * `NOTIFY_SECRET` both are off, and without a server or a sandbox mail is.
 */
export const createChannels = (deps: ChannelDeps) => {
  const { config, database, clock } = deps;
  const ended = new AbortController();
  const secret = config.NOTIFY_SECRET ?? null;
  const mailer = mailerOf(deps);
  if (secret === null) deps.log.warn("mail and webhooks are off: NOTIFY_SECRET is not set");
  else if (mailer === null) deps.log.warn("mail is off: SMTP_URL is not set");
  const parts = workerParts(deps, ended.signal);
  const keys = secret === null ? null : createMailKeys(secret);
  const mail = keys === null || mailer === null ? null : buildMail(deps, keys, mailer, parts);
  const webhooks = secret === null ? null : buildWebhooks(deps, secret, parts, () => wake());
  const workers = [mail?.worker, webhooks?.worker].filter((worker) => worker !== undefined);
  const wake = (): void => {
    for (const worker of workers) worker.wake();
  };
  const mailCases = mail?.cases ?? mailOff(endMail({ addresses: createMailAddressStore(database), clock }));
  return {
    wake,
    mailCases,
    webhookCases: webhooks?.cases ?? webhooksOff,
    mailChoice: mailChoiceOf(deps, mailCases, mail !== null),
    /** For the handlers of events. */
    shopEvents: (tx: Tx) => createShopEventQueue(tx),
    keeping:
      keys === null
        ? null
        : {
            keys,
            addresses: (tx: Tx) => ({
              keepOnly: (userId: string, addressKey: string | null, version: number) =>
                keepOnlyAddress(tx, userId, addressKey, version),
            }),
          },
    start() {
      for (const worker of workers) worker.start();
    },
    async stop() {
      await Promise.all([...workers.map((worker) => worker.stop()), mail?.finish()]);
      ended.abort();
    },
  };
};
export type Channels = ReturnType<typeof createChannels>;
