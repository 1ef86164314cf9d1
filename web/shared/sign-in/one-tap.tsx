import { Button, Divider, Stack, Text } from "@mantine/core";
import { TelegramIcon } from "../icons.tsx";
import { useTexts } from "../language.tsx";
import { askAround, framedPerson } from "../sandbox-frame.ts";
import { sharedTexts } from "../texts.ts";

/** Within the sandbox's page: the whole way by the bot, done on the phone beside it. Nothing anywhere else. */
export const OneTap = () => {
  const { signIn } = useTexts(sharedTexts);
  if (framedPerson === null) return null;
  return (
    <Stack gap="xs">
      <Button size="md" leftSection={<TelegramIcon />} onClick={() => askAround({ kind: "kiosk.sign-in" })}>
        {signIn.oneTap}
      </Button>
      <Text size="sm" c="dimmed">
        {signIn.oneTapHint}
      </Text>
      <Divider label={signIn.byHand} />
    </Stack>
  );
};
