import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { ok, type SignedIn } from "../../../client/index.ts";
import { kiosk } from "../kiosk.ts";
import { useTexts } from "../language.tsx";
import { Failure } from "../states.tsx";
import { sharedTexts } from "../texts.ts";
import { OpenBot } from "./open-bot.tsx";
import { codeOf } from "./phone.ts";
import { useCountdown } from "./use-countdown.ts";

const MS_PER_SECOND = 1_000;

/** A sign-in that has begun. */
export interface Challenge {
  readonly challengeId: string;
  /** Known to this page alone: a code that somebody reads out is worth nothing without it. */
  readonly challengeSecret: string;
  readonly deepLink: string;
  readonly resendAtMs: number;
}

interface CodeStepProps {
  readonly challenge: Challenge;
  readonly onOther: () => void;
  readonly onSignedIn?: (() => void) | undefined;
}

const verify = async ({ challengeId, challengeSecret }: Challenge, code: string) => {
  const body = { challengeId, challengeSecret, code };
  kiosk.keep((await ok(kiosk.api.POST("/v1/auth/otp/verify", { body }))) as SignedIn);
};

const resend = async ({ challengeId, challengeSecret }: Challenge): Promise<number> => {
  const body = { challengeId, challengeSecret };
  const { resendAfter } = await ok(kiosk.api.POST("/v1/auth/otp/resend", { body }));
  return Date.now() + resendAfter * MS_PER_SECOND;
};

const Resend = ({ challenge }: Pick<CodeStepProps, "challenge">) => {
  const { signIn } = useTexts(sharedTexts);
  const [atMs, setAtMs] = useState(challenge.resendAtMs);
  const left = useCountdown(atMs);
  const resending = useMutation({ mutationFn: () => resend(challenge), onSuccess: setAtMs });
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        disabled={left > 0}
        loading={resending.isPending}
        onClick={() => resending.mutate()}
      >
        {left > 0 ? signIn.resendIn(left) : signIn.resend}
      </Button>
      <Text size="sm" role="status">
        {resending.isSuccess && left > 0 ? signIn.resent : ""}
      </Text>
      {resending.isError && <Failure error={resending.error} />}
    </Stack>
  );
};

/** Shows the way to the bot, and takes the code that came there. */
export const CodeStep = ({ challenge, onOther, onSignedIn }: CodeStepProps) => {
  const { signIn } = useTexts(sharedTexts);
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const verifying = useMutation({
    mutationFn: (code: string) => verify(challenge, code),
    onSuccess: () => onSignedIn?.(),
    onError: () => field.current?.select(),
  });
  const check = (code: string | null) => {
    setWrong(code === null);
    if (code !== null && !verifying.isPending) verifying.mutate(code);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    check(codeOf(text));
  };
  const typed = (value: string) => {
    setText(value);
    setWrong(false);
    // The last digit, or a pasted code, is all that there is to say.
    if (codeOf(value) !== null) check(codeOf(value));
  };
  return (
    <Stack gap="lg">
      <OpenBot deepLink={challenge.deepLink} />
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            ref={field}
            className="code-field"
            label={signIn.code}
            description={signIn.codeHint}
            error={isWrong && signIn.codeWrong}
            value={text}
            onChange={({ currentTarget }) => typed(currentTarget.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            size="lg"
            dir="ltr"
            name="code"
          />
          {verifying.isError && <Failure error={verifying.error} />}
          <Button type="submit" size="md" loading={verifying.isPending}>
            {signIn.verify}
          </Button>
        </Stack>
      </form>
      <Resend challenge={challenge} />
      <Button variant="subtle" onClick={onOther}>
        {signIn.other}
      </Button>
    </Stack>
  );
};
