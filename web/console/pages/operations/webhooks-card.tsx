import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useFormat } from "../../../shared/format.ts";
import { Asked, Nothing } from "../../parts/states.tsx";
import { useWebhookActs, useWebhooks, type Webhook } from "../../queries/webhooks.ts";
import { useWebhooksTexts } from "../../texts/webhooks.ts";

const WebhookLine = ({ webhook }: { readonly webhook: Webhook }) => {
  const texts = useWebhooksTexts();
  const { moment } = useFormat();
  const { turn, test } = useWebhookActs();
  const { url, active, failures, lastSuccessAt, lastFailure, offReason } = webhook;
  return (
    <Group component="li" justify="space-between">
      <div>
        <Group gap="xs">
          <Text fw={600} className="breakable">
            {url}
          </Text>
          <Badge variant="dot" color={active ? "kiosk" : "gray"} tt="none">
            {active ? texts.on : texts.off}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {lastSuccessAt === null ? texts.never : texts.lastSuccess(moment(lastSuccessAt))}
          {failures > 0 && ` · ${texts.failures(failures)}`}
        </Text>
        <Text size="sm">{offReason ?? (failures > 0 ? lastFailure : null)}</Text>
      </div>
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={texts.testOf(url)}
          loading={test.isPending}
          onClick={() => test.mutate(webhook)}
        >
          {texts.test}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={active ? texts.turnOffOf(url) : texts.turnOnOf(url)}
          loading={turn.isPending}
          onClick={() => turn.mutate(webhook)}
        >
          {active ? texts.turnOff : texts.turnOn}
        </Button>
      </Group>
    </Group>
  );
};

/** Where the shop's events are posted, and whether they arrive. */
export const WebhooksCard = () => {
  const texts = useWebhooksTexts();
  const webhooks = useWebhooks();
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="xs">
        {texts.title}
      </Title>
      <Asked query={webhooks} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <Stack component="ul" gap="sm" p={0} m={0} className="plain-list">
              {items.map((webhook) => (
                <WebhookLine key={webhook.id} webhook={webhook} />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Card>
  );
};
