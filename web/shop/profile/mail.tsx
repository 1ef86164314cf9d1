import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type SubmitEvent, useRef, useState } from "react";
import { codeOf } from "../../shared/sign-in/phone.ts";
import { Failure } from "../../shared/states.tsx";
import { useKeptFocus } from "../../shared/use-kept-focus.ts";
import { useProfile } from "../queries/account.ts";
import { type MailState, useAskForMail, useConfirmMail, useEndMail } from "../queries/mail.ts";
import { useShopTexts } from "../texts/texts.ts";

/** Takes the code that was mailed; another one can be asked for. */
const ConfirmForm = ({ address }: { readonly address: string }) => {
  const { profile } = useShopTexts();
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const confirming = useConfirmMail();
  const asking = useAskForMail();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const code = codeOf(text);
    setWrong(code === null);
    if (code !== null) confirming.mutate(code);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label={profile.mailCode}
          description={profile.mailSent(address)}
          value={text}
          error={isWrong && profile.mailCodeWrong}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          dir="ltr"
          maw={260}
        />
        {confirming.isError && <Failure error={confirming.error} />}
        {asking.isError && <Failure error={asking.error} />}
        <Text size="sm" role="status">
          {asking.isSuccess ? profile.mailSentAgain : ""}
        </Text>
        <Group gap="sm">
          <Button type="submit" loading={confirming.isPending}>
            {profile.mailConfirm}
          </Button>
          <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
            {profile.mailAgain}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const On = ({ address }: { readonly address: string }) => {
  const { profile } = useShopTexts();
  const ending = useEndMail();
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{profile.mailOn(address)}</Text>
      {ending.isError && <Failure error={ending.error} />}
      <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
        {profile.mailEnd}
      </Button>
    </Stack>
  );
};

const Off = ({ address, isBad }: { readonly address: string; readonly isBad: boolean }) => {
  const { profile } = useShopTexts();
  const asking = useAskForMail();
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">{isBad ? profile.mailBad(address) : profile.mailOff}</Text>
      {asking.isError && <Failure error={asking.error} />}
      <Button variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
        {profile.mailStart(address)}
      </Button>
    </Stack>
  );
};

const Choice = ({ state, address }: { readonly state: MailState; readonly address: string | null }) => {
  const { profile } = useShopTexts();
  if (address === null)
    return (
      <Text size="sm" c="dimmed">
        {profile.mailNoAddress}
      </Text>
    );
  if (state === "confirmed") return <On address={address} />;
  if (state === "unconfirmed") return <ConfirmForm address={address} />;
  return <Off address={address} isBad={state === "bad"} />;
};

/** Messages by mail as well: on once its code was typed in. Nothing where the shop sends no mail. */
export const Mail = ({ state }: { readonly state: MailState }) => {
  const { profile } = useShopTexts();
  const { data: user } = useProfile();
  const place = useRef<HTMLElement>(null);
  // Each state has buttons of its own.
  useKeptFocus(place, state);
  if (state === "unavailable" || user === undefined) return null;
  return (
    <section aria-labelledby="mail" ref={place} tabIndex={-1}>
      <h3 id="mail" className="part-title">
        {profile.mail}
      </h3>
      <Choice state={state} address={user.email} />
    </section>
  );
};
