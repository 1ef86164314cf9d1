import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { isKioskError, unavailable } from "../kernel/errors.ts";
import { within } from "../runtime/retry.ts";

/** Messages that may be unconfirmed at a time. */
const WINDOW = 500;
/**
 * How long a window's confirms may take; a quorum of brokers has to write them. It is also what a broker that has just run
 * short of memory or disk costs once: it says so only to whoever publishes.
 */
const CONFIRM_TIMEOUT_MS = 10_000;

export interface RabbitPublisher {
  /** Publishes in order. Rejects when any message was refused, went to no queue, or was not confirmed in time. */
  publish(exchange: string, events: readonly EventEnvelope[]): Promise<void>;
}

interface OpenChannel {
  readonly channel: ConfirmChannel;
  /** Publishes (by correlation id) that came back since no queue took them. */
  readonly returned: Set<string>;
}

const openChannel = async (model: ChannelModel, onClosed: () => void): Promise<OpenChannel> => {
  const channel = await model.createConfirmChannel();
  const returned = new Set<string>();
  channel.on("error", () => undefined);
  channel.on("close", onClosed);
  // The broker sends a return before the confirm of the same message.
  channel.on("return", (message) => returned.add(String(message.properties.correlationId)));
  return { channel, returned };
};

const send = ({ channel, returned }: OpenChannel, exchange: string, event: EventEnvelope): Promise<void> =>
  new Promise((resolve, reject) => {
    const correlationId = crypto.randomUUID();
    const onConfirm = (error: unknown) => {
      if (returned.delete(correlationId)) reject(new Error(`no queue is bound to ${exchange}`));
      else if (error) reject(error);
      else resolve();
    };
    channel.publish(
      exchange,
      "",
      Buffer.from(JSON.stringify(event)),
      {
        persistent: true,
        mandatory: true,
        contentType: "application/cloudevents+json",
        messageId: event.id,
        type: event.type,
        correlationId,
        headers: {
          "x-event-subject": event.subject,
          ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
        },
      },
      onConfirm,
    );
  });

/** Publishes with confirms over one channel, which is opened when needed and anew once it was closed or fell silent. */
export const createRabbitPublisher = (
  connection: { current(): ChannelModel; readonly blocked: boolean },
  confirmTimeoutMs = CONFIRM_TIMEOUT_MS,
): RabbitPublisher => {
  let opening: Promise<OpenChannel> | undefined;
  let openedOn: ChannelModel | undefined;

  const channelOf = (model: ChannelModel): Promise<OpenChannel> => {
    if (opening !== undefined && openedOn === model) return opening;
    const forget = () => {
      if (opening === mine) opening = undefined;
    };
    const mine = openChannel(model, forget);
    mine.catch(forget);
    opening = mine;
    openedOn = model;
    return mine;
  };

  /** What is still unconfirmed on it is given up: a new channel starts with none. */
  const discard = (silent: Promise<OpenChannel>) => {
    if (opening === silent) opening = undefined;
    silent.then(({ channel }) => channel.close()).catch(() => undefined);
  };

  const publishWindow = async (exchange: string, events: readonly EventEnvelope[]) => {
    if (connection.blocked)
      throw unavailable("RabbitMQ takes no messages just now: it is short of memory or disk.");
    const mine = channelOf(connection.current());
    let isLate = false;
    const sendAll = async () => {
      const open = await mine;
      // A channel that opens when nobody waits any more: these events go out on another one, perhaps with later ones.
      if (isLate) return;
      await Promise.all(events.map((event) => send(open, exchange, event)));
    };
    await within(sendAll(), confirmTimeoutMs, () => {
      isLate = true;
      discard(mine);
      return new Error(`no confirm within ${confirmTimeoutMs} ms`);
    });
  };

  return {
    async publish(exchange, events) {
      try {
        for (let from = 0; from < events.length; from += WINDOW)
          await publishWindow(exchange, events.slice(from, from + WINDOW));
      } catch (error) {
        if (isKioskError(error)) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw unavailable(`RabbitMQ did not take the events: ${reason}.`, 1, error);
      }
    },
  };
};
