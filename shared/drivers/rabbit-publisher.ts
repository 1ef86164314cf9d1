import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { EventEnvelope } from "../contracts/envelope.ts";
import { unavailable } from "../kernel/errors.ts";

/** Messages that may be unconfirmed at a time. */
const WINDOW = 500;
/** How long a window's confirms may take; a quorum of brokers has to write them. */
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

const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no confirm within ${ms} ms`)), ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Publishes with confirms over one channel, which is opened when needed and anew once it was closed. */
export const createRabbitPublisher = (connection: {
  current(): ChannelModel;
  readonly blocked: boolean;
}): RabbitPublisher => {
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

  return {
    async publish(exchange, events) {
      if (connection.blocked)
        throw unavailable("RabbitMQ takes no messages just now: it is short of memory or disk.");
      const model = connection.current();
      try {
        for (let from = 0; from < events.length; from += WINDOW) {
          const open = await channelOf(model);
          const window = events.slice(from, from + WINDOW).map((event) => send(open, exchange, event));
          await within(CONFIRM_TIMEOUT_MS, Promise.all(window));
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw unavailable(`RabbitMQ did not take the events: ${reason}.`, 1, error);
      }
    },
  };
};
