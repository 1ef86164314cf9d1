import { Button, Group, Stack, Text } from "@mantine/core";
import type { MouseEvent } from "react";
import { TelegramIcon } from "../icons.tsx";
import { useTexts } from "../language.tsx";
import { askAround, framedPerson } from "../sandbox-frame.ts";
import { sharedTexts } from "../texts.ts";
import { QrCode } from "./qr-code.tsx";

/** Beside the phone of the sandbox the link opens on that phone. */
const openOnPhone = (event: MouseEvent, link: string): void => {
  if (framedPerson === null) return;
  event.preventDefault();
  askAround({ kind: "kiosk.open-bot", link });
};

/** The way to the bot: a button on this device, a QR code for another one. */
export const OpenBot = ({ deepLink }: { readonly deepLink: string }) => {
  const { signIn } = useTexts(sharedTexts);
  return (
    <div className="panel">
      <Group gap="lg" align="center" justify="space-between">
        <Stack gap="sm" flex="1 1 14rem">
          <Text fw={600}>{signIn.openTitle}</Text>
          <Text size="sm" c="dimmed">
            {signIn.openLead}
          </Text>
          <Button
            component="a"
            href={deepLink}
            target="_blank"
            rel="noopener"
            onClick={(event) => openOnPhone(event, deepLink)}
            variant="light"
            leftSection={<TelegramIcon />}
          >
            {signIn.openBot}
          </Button>
        </Stack>
        <Stack gap={4} align="center" className="qr-corner">
          <QrCode text={deepLink} label={signIn.qr} />
          <Text size="xs" c="dimmed">
            {signIn.scan}
          </Text>
        </Stack>
      </Group>
    </div>
  );
};
