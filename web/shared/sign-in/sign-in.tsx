import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../language.tsx";
import { sharedTexts } from "../texts.ts";
import { type Challenge, CodeStep } from "./code-step.tsx";
import { OneTap } from "./one-tap.tsx";
import { PhoneStep } from "./phone-step.tsx";

/** Signing in by a code of the bot: first the phone, then the code. The session is kept when it has worked. */
export const SignIn = ({ onSignedIn }: { readonly onSignedIn?: () => void }) => {
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const { signIn } = useTexts(sharedTexts);
  return (
    <Stack gap="lg">
      <Text c="dimmed">{signIn.lead}</Text>
      {challenge === null && <OneTap />}
      {challenge === null ? (
        <PhoneStep onBegun={setChallenge} />
      ) : (
        <CodeStep challenge={challenge} onOther={() => setChallenge(null)} onSignedIn={onSignedIn} />
      )}
    </Stack>
  );
};
