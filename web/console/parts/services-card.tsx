import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useFormat } from "../../shared/format.ts";
import { useHealth } from "../queries/operations.ts";
import { useDashboardTexts } from "../texts/dashboard.ts";
import { Asked } from "./states.tsx";

/** Whether each service answers, and how fast. */
export const ServicesCard = () => {
  const texts = useDashboardTexts();
  const health = useHealth();
  const { count } = useFormat();
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="xs">
        {texts.health}
      </Title>
      <Asked query={health}>
        {({ services }) => (
          <Stack component="ul" gap={6} p={0} m={0} className="plain-list">
            {Object.entries(services).map(([name, { status, responseTimeMs }]) => (
              <Group component="li" key={name} justify="space-between">
                <Text size="sm">{name}</Text>
                <Group gap="xs">
                  <Text size="xs" c="dimmed">
                    {texts.milliseconds(count(Math.round(responseTimeMs)))}
                  </Text>
                  <Badge variant="dot" color={status === "ok" ? "kiosk" : "red"} tt="none">
                    {texts.states[status]}
                  </Badge>
                </Group>
              </Group>
            ))}
          </Stack>
        )}
      </Asked>
    </Card>
  );
};
