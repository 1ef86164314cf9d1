import { Button, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import {
  useRotate,
  useWebhookActs,
  useWebhooks,
  type Webhook,
  type WebhookWithSecret,
} from "../../queries/webhooks.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useWebhooksTexts } from "../../texts/webhooks.ts";
import { SecretDialog } from "./secret-dialog.tsx";
import { WebhookDrawer } from "./webhook-drawer.tsx";
import { WebhookLine } from "./webhook-line.tsx";

/** What is asked about before it is done. */
interface Question {
  readonly webhook: Webhook;
  readonly kind: "rotate" | "remove";
}

/** Where the shop's events are posted, and whether they arrive. A secret is seen once: when it is made. */
export const WebhooksPage = () => {
  const texts = useWebhooksTexts();
  const { pages } = useShellTexts();
  const webhooks = useWebhooks();
  const [opened, open] = useState<Webhook | "new" | null>(null);
  const [told, tell] = useState<WebhookWithSecret | null>(null);
  const [asked, ask] = useState<Question | null>(null);
  const add = useRef<HTMLButtonElement>(null);
  const rotate = useRotate(tell);
  const { remove } = useWebhookActs();
  const url = asked?.webhook.url ?? "";
  const isRotation = asked?.kind === "rotate";
  const confirmed = () => {
    if (asked !== null) (isRotation ? rotate : remove).mutate(asked.webhook);
    ask(null);
  };
  return (
    <>
      <PageHead title={pages.webhooks}>
        <Button ref={add} onClick={() => open("new")}>
          {texts.add}
        </Button>
      </PageHead>
      <Text size="sm" c="dimmed" mb="md">
        {texts.lead}
      </Text>
      <Asked query={webhooks} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <Stack component="ul" gap="sm" p={0} m={0} className="plain-list">
              {items.map((webhook) => (
                <WebhookLine
                  key={webhook.id}
                  webhook={webhook}
                  edit={() => open(webhook)}
                  rotate={() => ask({ webhook, kind: "rotate" })}
                  remove={() => ask({ webhook, kind: "remove" })}
                />
              ))}
            </Stack>
          )
        }
      </Asked>
      <WebhookDrawer
        opened={opened}
        onSecret={(made) => {
          open(null);
          tell(made);
        }}
        onClose={() => open(null)}
      />
      <ConfirmDialog
        isOpen={asked !== null}
        title={isRotation ? texts.rotateOf(url) : texts.removeOf(url)}
        text={isRotation ? texts.rotateHint : texts.removeHint}
        act={isRotation ? texts.rotate : texts.remove}
        onConfirmed={confirmed}
        onClose={() => ask(null)}
      />
      <SecretDialog
        webhook={told}
        onClose={() => tell(null)}
        onGone={() => {
          // What it was asked for with has gone with the drawer.
          if (document.activeElement === document.body) add.current?.focus();
        }}
      />
    </>
  );
};
