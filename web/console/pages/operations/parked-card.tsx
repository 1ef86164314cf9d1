import { Button, Card, Code, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { may } from "../../../../shared/contracts/permissions.ts";
import { useFormat } from "../../../shared/format.ts";
import { useSession } from "../../../shared/kiosk.ts";
import { MoreButton } from "../../parts/more.tsx";
import { ReasonDialog } from "../../parts/reason-dialog.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { type Parked, useDrop, useReplay, useReplayAll } from "../../queries/operation-acts.ts";
import { useParked } from "../../queries/operations.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useOperationsTexts } from "../../texts/operations.ts";

const ParkedLine = ({ parked, drop }: { readonly parked: Parked; readonly drop: (() => void) | null }) => {
  const texts = useOperationsTexts();
  const { moment } = useFormat();
  const replay = useReplay();
  const { type, service, queue, error, attempts, parkedAt, event, raw } = parked;
  return (
    <li>
      <Group justify="space-between" align="flex-start">
        <div>
          <Text fw={600}>{type}</Text>
          <Text size="sm">{error}</Text>
          <Text size="xs" c="dimmed">
            {service} · {queue} · {attempts} · {moment(parkedAt)}
          </Text>
        </div>
        <Group gap={6}>
          <Button
            size="compact-sm"
            aria-label={texts.replayOf(type)}
            loading={replay.isPending}
            onClick={() => replay.mutate(parked)}
          >
            {texts.replay}
          </Button>
          {drop !== null && (
            <Button size="compact-sm" variant="default" aria-label={texts.dropOf(type)} onClick={drop}>
              {texts.drop}
            </Button>
          )}
        </Group>
      </Group>
      <details>
        <summary>{texts.read}</summary>
        <Code block className="breakable">
          {raw ?? JSON.stringify(event, null, 2)}
        </Code>
      </details>
    </li>
  );
};

/** The messages that were laid aside: to be read, replayed, or given up. */
export const ParkedCard = () => {
  const texts = useOperationsTexts();
  const role = useSession()?.user.role ?? "customer";
  const parked = useParked();
  const replayAll = useReplayAll();
  const drop = useDrop();
  const [dropping, setDropping] = useState<Parked | null>(null);
  const items = parked.data === undefined ? [] : itemsOf(parked.data);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {texts.parked}
        </Title>
        {items.length > 0 && (
          <Button
            size="xs"
            variant="default"
            loading={replayAll.isPending}
            onClick={() => replayAll.mutate(undefined)}
          >
            {texts.replayAll}
          </Button>
        )}
      </Group>
      <Asked query={parked} lines={3}>
        {() =>
          items.length === 0 ? (
            <Nothing title={texts.noParked} />
          ) : (
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {texts.parkedHint}
              </Text>
              <Stack component="ul" gap="sm" p={0} m={0} className="plain-list">
                {items.map((one) => (
                  <ParkedLine
                    key={one.id}
                    parked={one}
                    drop={may(role, "ops.drop") ? () => setDropping(one) : null}
                  />
                ))}
              </Stack>
            </Stack>
          )
        }
      </Asked>
      <MoreButton query={parked} />
      <ReasonDialog
        isOpen={dropping !== null}
        title={texts.dropOf(dropping?.type ?? "")}
        label={texts.dropReason}
        act={texts.drop}
        isRequired
        onGiven={(reason) => dropping !== null && drop.mutate({ parked: dropping, reason })}
        onClose={() => setDropping(null)}
      />
    </Card>
  );
};
