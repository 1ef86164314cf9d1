import { Button, Card, Drawer, Group, Progress, Stack, Text } from "@mantine/core";
import { Asked } from "../../parts/states.tsx";
import {
  type BroadcastInFull,
  useBroadcast,
  useChangeDraft,
  useDraftActs,
  usePreview,
  useRunActs,
} from "../../queries/broadcasts.ts";
import { useBroadcastsTexts } from "../../texts/broadcasts.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { DraftForm } from "./draft-form.tsx";

interface PartProps {
  readonly broadcast: BroadcastInFull;
}

/** How the saved draft looks to its readers; from there it is tested, and sent. */
const Preview = ({ broadcast }: PartProps) => {
  const texts = useBroadcastsTexts();
  const preview = usePreview(broadcast);
  const { test, start } = useDraftActs();
  return (
    <Asked query={preview} lines={3}>
      {({ recipients, previews }) => (
        <Stack gap="sm">
          {previews.map(({ locale, text, length, lengthMax, fits, recipients: readers }) => (
            <Card key={locale} withBorder padding="sm">
              <Text size="xs" c="dimmed">
                {texts.languages[locale]} · {texts.recipients(readers)} · {texts.length(length, lengthMax)}
                {!fits && ` · ${texts.tooLong}`}
              </Text>
              <Text className="said" dir="auto">
                {text}
              </Text>
            </Card>
          ))}
          <Text size="sm">{texts.startSure(recipients)}</Text>
          <Group>
            <Button variant="default" loading={test.isPending} onClick={() => test.mutate(broadcast)}>
              {texts.test}
            </Button>
            <Button
              loading={start.isPending}
              disabled={recipients === 0 || previews.some(({ fits }) => !fits)}
              onClick={() => start.mutate(broadcast)}
            >
              {texts.start}
            </Button>
          </Group>
        </Stack>
      )}
    </Asked>
  );
};

const Draft = ({ broadcast, onGone }: PartProps & { onGone(): void }) => {
  const texts = useBroadcastsTexts();
  const change = useChangeDraft();
  const { remove } = useDraftActs();
  return (
    <Stack>
      <DraftForm
        key={broadcast.version}
        texts={broadcast.texts}
        isSaving={change.isPending}
        save={(words) => change.mutate({ broadcast, texts: words })}
      />
      <Preview broadcast={broadcast} />
      <Group>
        <Button variant="subtle" color="red" onClick={() => remove.mutate(broadcast, { onSuccess: onGone })}>
          {texts.remove}
        </Button>
      </Group>
    </Stack>
  );
};

const PERCENT = 100;

const Run = ({ broadcast }: PartProps) => {
  const texts = useBroadcastsTexts();
  const { pause, resume, cancel } = useRunActs();
  const { state, progress } = broadcast;
  return (
    <Stack>
      {Object.entries(broadcast.texts).map(([language, words]) => (
        <Text key={language} className="said" lang={language} dir="auto">
          {words}
        </Text>
      ))}
      {progress !== null && (
        <Stack gap={4} role="status">
          <Progress
            value={(progress.sent / Math.max(1, progress.recipients)) * PERCENT}
            aria-label={texts.progress(progress.sent, progress.recipients)}
          />
          <Text size="sm">{texts.progress(progress.sent, progress.recipients)}</Text>
          <Text size="sm" c="dimmed">
            {texts.rest(progress.pending, progress.failed, progress.blocked)}
          </Text>
        </Stack>
      )}
      <Group>
        {state === "running" && (
          <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate(broadcast)}>
            {texts.pause}
          </Button>
        )}
        {state === "paused" && (
          <Button loading={resume.isPending} onClick={() => resume.mutate(broadcast)}>
            {texts.resume}
          </Button>
        )}
        {(state === "running" || state === "paused") && (
          <Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate(broadcast)}>
            {texts.stop}
          </Button>
        )}
      </Group>
    </Stack>
  );
};

const Whole = ({ id, onGone }: { readonly id: string; onGone(): void }) => {
  const broadcast = useBroadcast(id);
  return (
    <Asked query={broadcast}>
      {(read) =>
        read.state === "draft" ? <Draft broadcast={read} onGone={onGone} /> : <Run broadcast={read} />
      }
    </Asked>
  );
};

/** One broadcast: a draft to be worded, looked at and sent, or how far one has come. */
export const BroadcastDrawer = ({ id, onClose }: { readonly id: string | null; onClose(): void }) => {
  const { title } = useBroadcastsTexts();
  const { close } = useShellTexts();
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={title}
      closeButtonProps={{ "aria-label": close }}
    >
      {id !== null && <Whole id={id} onGone={onClose} />}
    </Drawer>
  );
};
