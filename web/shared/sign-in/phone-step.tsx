import { Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { ok } from "../../../client/index.ts";
import { kiosk } from "../kiosk.ts";
import { useTexts } from "../language.tsx";
import { Failure } from "../states.tsx";
import { sharedTexts } from "../texts.ts";
import type { Challenge } from "./code-step.tsx";
import { phoneOf } from "./phone.ts";

const MS_PER_SECOND = 1_000;

const begin = async (phone: string): Promise<Challenge> => {
  const begun = await ok(kiosk.api.POST("/v1/auth/otp/request", { body: { phone } }));
  return { ...begun, resendAtMs: Date.now() + begun.resendAfter * MS_PER_SECOND };
};

/** Asks for the phone, and for a code to it. */
export const PhoneStep = ({ onBegun }: { readonly onBegun: (challenge: Challenge) => void }) => {
  const { signIn } = useTexts(sharedTexts);
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const asking = useMutation({ mutationFn: begin, onSuccess: onBegun });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const phone = phoneOf(text);
    setWrong(phone === null);
    if (phone !== null) asking.mutate(phone);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={signIn.phone}
          description={signIn.phoneHint}
          error={isWrong && signIn.phoneWrong}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          type="tel"
          autoComplete="tel"
          size="md"
          dir="ltr"
          name="phone"
        />
        {asking.isError && <Failure error={asking.error} />}
        <Button type="submit" size="md" loading={asking.isPending}>
          {signIn.send}
        </Button>
      </Stack>
    </form>
  );
};
