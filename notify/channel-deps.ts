import type { ServiceDeps } from "../shared/runtime/service.ts";
import type { ChannelWorkerOptions } from "./channel-worker.ts";
import type { NotifyConfig } from "./config.ts";
import type { SandboxMailbox } from "./email/sandbox-mailer.ts";
import type { AnnounceDelivery } from "./usecases/delivery-ports.ts";
import type { Describe } from "./usecases/feed-message.ts";
import type { AuthService } from "./usecases/ports.ts";

/** How the channels beside the bot reach the world. */
export interface ChannelConnection {
  /** The address of the gateway that people know, without a slash at its end. */
  readonly publicUrl: string;
  /** Where mail lands while there is no server; null where it goes nowhere. */
  readonly mailbox: SandboxMailbox | null;
}

export interface ChannelDeps extends ServiceDeps {
  readonly config: NotifyConfig;
  readonly connection: ChannelConnection;
  readonly auth: Pick<AuthService, "findUser">;
  readonly announce: AnnounceDelivery;
  readonly describe: Describe;
  /** Something waits for the bot. */
  readonly wakeBot: () => void;
}

/** What the workers of both channels have in common. */
export type WorkerParts = Omit<ChannelWorkerOptions, "queue" | "attempt" | "slots">;
