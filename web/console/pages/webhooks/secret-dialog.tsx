import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { WebhookWithSecret } from "../../queries/webhooks.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useWebhooksTexts } from "../../texts/webhooks.ts";

interface SecretDialogProps {
  readonly webhook: WebhookWithSecret | null;
  onClose(): void;
  /** Called when it is off the screen. */
  onGone(): void;
}

/** The secret, while it is known: neither a click beside it nor Escape takes it away. */
export const SecretDialog = ({ webhook, onClose, onGone }: SecretDialogProps) => {
  const texts = useWebhooksTexts();
  const { close } = useShellTexts();
  const clipboard = useClipboard();
  return (
    <Modal
      opened={webhook !== null}
      onClose={onClose}
      onExitTransitionEnd={onGone}
      title={texts.secretTitle}
      closeButtonProps={{ "aria-label": close }}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
    >
      {webhook !== null && (
        <Stack>
          <Text size="sm">{texts.secretHint}</Text>
          <Code block className="breakable said" aria-label={texts.secret} dir="ltr">
            {webhook.signingSecret}
          </Code>
          <Group justify="flex-end">
            <Text size="sm" role="status">
              {clipboard.copied ? texts.copied : ""}
            </Text>
            <Button variant="default" onClick={() => clipboard.copy(webhook.signingSecret)}>
              {texts.copy}
            </Button>
            <Button onClick={onClose}>{texts.kept}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
};
