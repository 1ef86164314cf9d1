import { Badge, Button, Card, Group, Text } from "@mantine/core";
import { useFormat } from "../../../shared/format.ts";
import { useWebhookActs, type Webhook } from "../../queries/webhooks.ts";
import { useWebhooksTexts } from "../../texts/webhooks.ts";

interface WebhookLineProps {
  readonly webhook: Webhook;
  edit(): void;
  rotate(): void;
  remove(): void;
}

const Standing = ({ webhook }: Pick<WebhookLineProps, "webhook">) => {
  const texts = useWebhooksTexts();
  const { moment } = useFormat();
  const { events, description, failures, lastSuccessAt, lastFailure, offReason, previousSecretUntil } =
    webhook;
  const now = lastSuccessAt === null ? texts.never : texts.lastSuccess(moment(lastSuccessAt));
  return (
    <>
      {description !== "" && <Text size="sm">{description}</Text>}
      <Text size="sm" className="mono">
        {events.join(", ")}
      </Text>
      <Text size="sm" c="dimmed">
        {now}
        {failures > 0 && ` · ${texts.failures(failures)}`}
      </Text>
      {previousSecretUntil !== null && (
        <Text size="sm" c="dimmed">
          {texts.bothUntil(moment(previousSecretUntil))}
        </Text>
      )}
      <Text size="sm" className="breakable">
        {offReason ?? (failures > 0 ? lastFailure : null)}
      </Text>
    </>
  );
};

/** One webhook: where it posts, what, whether that arrives, and what can be done with it. */
export const WebhookLine = ({ webhook, edit, rotate, remove }: WebhookLineProps) => {
  const texts = useWebhooksTexts();
  const { turn, test } = useWebhookActs();
  const { url, active } = webhook;
  const button = (text: string, label: string, onClick: () => void, loading = false) => (
    <Button size="compact-sm" variant="default" aria-label={label} loading={loading} onClick={onClick}>
      {text}
    </Button>
  );
  return (
    <Card component="li" withBorder padding="md" aria-label={url}>
      <Group gap="xs" mb={4}>
        <Text fw={600} className="breakable" dir="ltr">
          {url}
        </Text>
        <Badge variant="dot" color={active ? "kiosk" : "gray"} tt="none">
          {active ? texts.on : texts.off}
        </Badge>
      </Group>
      <Standing webhook={webhook} />
      <Group gap={6} mt="sm">
        {button(texts.test, texts.testOf(url), () => test.mutate(webhook), test.isPending)}
        {button(texts.edit, texts.editOf(url), edit)}
        {button(
          active ? texts.turnOff : texts.turnOn,
          active ? texts.turnOffOf(url) : texts.turnOnOf(url),
          () => turn.mutate(webhook),
          turn.isPending,
        )}
        {button(texts.rotate, texts.rotateOf(url), rotate)}
        {button(texts.remove, texts.removeOf(url), remove)}
      </Group>
    </Card>
  );
};
