import { Badge, Button, Card, Group, SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import { useState } from "react";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ServicesCard } from "../../parts/services-card.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { type Saga, useRetrySaga } from "../../queries/operation-acts.ts";
import { useOutbox, useSagas } from "../../queries/operations.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useOperationsTexts } from "../../texts/operations.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { ParkedCard } from "./parked-card.tsx";

const OutboxCard = () => {
  const texts = useOperationsTexts();
  const outbox = useOutbox();
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="xs">
        {texts.outbox}
      </Title>
      <Asked query={outbox} lines={4}>
        {({ items, unavailable }) => (
          <Stack component="ul" gap={6} p={0} m={0} className="plain-list">
            {items.map(({ service, unsent, oldestSeconds }) => (
              <Group component="li" key={service} justify="space-between">
                <Text size="sm">{service}</Text>
                <Text size="sm" c="dimmed">
                  {texts.outboxLine(unsent, oldestSeconds)}
                </Text>
              </Group>
            ))}
            {unavailable.length > 0 && <li>{texts.unavailable(unavailable)}</li>}
          </Stack>
        )}
      </Asked>
    </Card>
  );
};

const SagaLine = ({ saga }: { readonly saga: Saga }) => {
  const texts = useOperationsTexts();
  const retry = useRetrySaga();
  const { number, step, attempts, problem, stuck } = saga;
  return (
    <Group component="li" justify="space-between">
      <div>
        <Group gap="xs">
          <Text fw={600}>{number}</Text>
          {stuck && (
            <Badge variant="dot" color="red" tt="none">
              {texts.stuck}
            </Badge>
          )}
        </Group>
        <Text size="sm">{texts.step(step, attempts)}</Text>
        {problem !== null && <Text size="sm">{problem}</Text>}
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={texts.retryOf(number)}
        loading={retry.isPending}
        onClick={() => retry.mutate(saga)}
      >
        {texts.retry}
      </Button>
    </Group>
  );
};

const SagasCard = () => {
  const texts = useOperationsTexts();
  const [stuckOnly, setStuckOnly] = useState(true);
  const sagas = useSagas(stuckOnly);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {texts.sagas}
        </Title>
        <Switch
          label={texts.stuckOnly}
          checked={stuckOnly}
          onChange={({ currentTarget }) => setStuckOnly(currentTarget.checked)}
        />
      </Group>
      <Asked query={sagas} lines={3}>
        {(pages) =>
          itemsOf(pages).length === 0 ? (
            <Nothing title={stuckOnly ? texts.noSagas : texts.noneUnderWay} />
          ) : (
            <Stack component="ul" gap="sm" p={0} m={0} className="plain-list">
              {itemsOf(pages).map((saga) => (
                <SagaLine key={saga.orderId} saga={saga} />
              ))}
            </Stack>
          )
        }
      </Asked>
      <MoreButton query={sagas} />
    </Card>
  );
};

/** Whether all runs, and what to do where it does not. */
export const OperationsPage = () => {
  const { pages } = useShellTexts();
  return (
    <>
      <PageHead title={pages.operations} />
      <Stack>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <ServicesCard />
          <OutboxCard />
        </SimpleGrid>
        <SagasCard />
        <ParkedCard />
      </Stack>
    </>
  );
};
