import { Button, Checkbox, Drawer, Group, Stack, Switch, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import {
  useChangeWebhook,
  useMakeWebhook,
  type Webhook,
  type WebhookEvent,
  type WebhookWish,
  type WebhookWithSecret,
} from "../../queries/webhooks.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useWebhooksTexts } from "../../texts/webhooks.ts";

const DESCRIPTION_MAX_LENGTH = 200;
const URL_MAX_LENGTH = 2_000;
/** Each family before what is in it. */
const EVENTS: readonly WebhookEvent[] = [
  ...(["order.*", "order.confirmed", "order.rejected", "order.status-changed"] as const),
  ...(["order.cancelled", "order.lines-changed"] as const),
  ...(["stock.*", "stock.low", "stock.restocked", "notification.*"] as const),
];

const FAMILY_END = ".*";
const isFamily = (event: WebhookEvent): boolean => event.endsWith(FAMILY_END);
/** Whether a chosen family has it already. */
const isWithin = (event: WebhookEvent, chosen: readonly WebhookEvent[]): boolean =>
  !isFamily(event) && chosen.some((one) => isFamily(one) && event.startsWith(one.slice(0, -1)));

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text);

interface FieldsProps {
  readonly wish: WebhookWish;
  readonly isChecked: boolean;
  change(wish: WebhookWish): void;
}

const Fields = ({ wish, isChecked, change }: FieldsProps) => {
  const texts = useWebhooksTexts();
  const { url, events, description, includePhone } = wish;
  const choose = (chosen: string[]) => {
    // What a family brings along is no choice of its own: it goes with it.
    const chosenHere = chosen.filter((event) => !isWithin(event as WebhookEvent, events));
    const wanted = EVENTS.filter((event) => chosenHere.includes(event));
    change({ ...wish, events: wanted.filter((event) => !isWithin(event, wanted)) });
  };
  return (
    <>
      <TextInput
        label={texts.url}
        description={texts.urlHint}
        value={url}
        required
        maxLength={URL_MAX_LENGTH}
        type="url"
        dir="ltr"
        error={isChecked && !isAddress(url.trim()) && texts.urlWrong}
        onChange={({ currentTarget }) => change({ ...wish, url: currentTarget.value })}
        data-autofocus
      />
      <Checkbox.Group
        label={texts.events}
        value={EVENTS.filter((event) => events.includes(event) || isWithin(event, events))}
        onChange={choose}
        required
        error={isChecked && events.length === 0 && texts.eventsWrong}
      >
        <Stack gap={6} mt={6}>
          {EVENTS.map((event) => (
            <Checkbox
              key={event}
              value={event}
              label={isFamily(event) ? texts.all(event.slice(0, -FAMILY_END.length)) : event}
              ps={isFamily(event) ? 0 : "lg"}
              disabled={isWithin(event, events)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        label={texts.description}
        value={description}
        maxLength={DESCRIPTION_MAX_LENGTH}
        onChange={({ currentTarget }) => change({ ...wish, description: currentTarget.value })}
      />
      <Switch
        label={texts.includePhone}
        checked={includePhone}
        onChange={({ currentTarget }) => change({ ...wish, includePhone: currentTarget.checked })}
      />
    </>
  );
};

const EMPTY: WebhookWish = { url: "", events: ["order.*"], description: "", includePhone: false };
const wishOf = ({ url, events, description, includePhone }: Webhook): WebhookWish => ({
  url,
  events: [...events],
  description,
  includePhone,
});

interface FormProps {
  readonly opened: Webhook | "new";
  onSecret(made: WebhookWithSecret): void;
  onClose(): void;
}

const Form = ({ opened, onSecret, onClose }: FormProps) => {
  const texts = useWebhooksTexts();
  const { save } = useShellTexts();
  const [wish, setWish] = useState(() => (opened === "new" ? EMPTY : wishOf(opened)));
  const [isChecked, setChecked] = useState(false);
  const make = useMakeWebhook(onSecret);
  const change = useChangeWebhook();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    const body = { ...wish, url: wish.url.trim(), description: wish.description.trim() };
    if (!isAddress(body.url) || body.events.length === 0) return;
    if (opened === "new") make.mutate(body);
    else change.mutate({ webhook: opened, body }, { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Fields wish={wish} isChecked={isChecked} change={setWish} />
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending || change.isPending}>
            {opened === "new" ? texts.make : save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

interface WebhookDrawerProps {
  /** Null for none, "new" for one that is to be. */
  readonly opened: Webhook | "new" | null;
  onSecret(made: WebhookWithSecret): void;
  onClose(): void;
}

/** A webhook to be changed, or a new one. */
export const WebhookDrawer = ({ opened, onSecret, onClose }: WebhookDrawerProps) => {
  const texts = useWebhooksTexts();
  const { close } = useShellTexts();
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      title={
        opened === null || opened === "new" ? texts.add : <span className="breakable">{opened.url}</span>
      }
      closeButtonProps={{ "aria-label": close }}
    >
      {opened !== null && <Form opened={opened} onSecret={onSecret} onClose={onClose} />}
    </Drawer>
  );
};
