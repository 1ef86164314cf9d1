import { Anchor, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useFormat } from "../../../shared/format.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { ServicesCard } from "../../parts/services-card.tsx";
import { Asked } from "../../parts/states.tsx";
import { useOutbox, useParked, useSagas } from "../../queries/operations.ts";
import { useLiveOrders } from "../../queries/orders.ts";
import { itemsOf, type ListPages } from "../../queries/pages.ts";
import { type StockLevel, useLiveStock, useStockLevels } from "../../queries/stock.ts";
import { useDashboardTexts } from "../../texts/dashboard.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { Days } from "./days.tsx";

const LOW_SHOWN = 6;

const Figure = ({ title, children, to }: { title: string; children: ReactNode; to?: string }) => (
  <Card withBorder padding="md">
    <Text size="sm" c="dimmed">
      {to === undefined ? (
        title
      ) : (
        <Anchor component={Link} href={to} size="sm">
          {title}
        </Anchor>
      )}
    </Text>
    <Text size="xl" fw={700} component="div">
      {children}
    </Text>
  </Card>
);

/** How many there are, or at least: a list says no more than its first page. */
const Counted = ({ pages }: { readonly pages: ListPages<unknown> }) => {
  const texts = useDashboardTexts();
  const { count } = useFormat();
  const isMore = pages.pages.at(-1)?.nextCursor != null;
  const items = itemsOf(pages).length;
  return isMore ? texts.atLeast(items) : count(items);
};

const LowList = ({ levels }: { readonly levels: readonly StockLevel[] }) => {
  const texts = useDashboardTexts();
  const { count } = useFormat();
  const lowest = [...levels].sort((one, other) => one.available - other.available).slice(0, LOW_SHOWN);
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="xs">
        {texts.lowList}
      </Title>
      {lowest.length === 0 && <Text size="sm">{texts.nothingLow}</Text>}
      <Stack component="ul" gap={6} p={0} m={0} className="plain-list">
        {lowest.map(({ sku, available }) => (
          <Group component="li" key={sku} justify="space-between">
            <Text size="sm" className="mono">
              {sku}
            </Text>
            <Text size="sm">{texts.left(count(available))}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
};

/** The shop at a glance: what came in, what wants a hand, whether all runs. */
export const DashboardPage = () => {
  const texts = useDashboardTexts();
  const { pages } = useShellTexts();
  const { count } = useFormat();
  const ordersLive = useLiveOrders();
  const stockLive = useLiveStock();
  const low = useStockLevels({ q: "", belowThreshold: true });
  const sagas = useSagas(true);
  const parked = useParked();
  const outbox = useOutbox();
  return (
    <>
      <PageHead title={pages.dashboard} isLive={ordersLive && stockLive} />
      <Stack>
        <Days />
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          <Figure title={texts.low} to="/stock">
            <Asked query={low} lines={1}>
              {(read) => <Counted pages={read} />}
            </Asked>
          </Figure>
          <Figure title={texts.stuck} to="/operations">
            <Asked query={sagas} lines={1}>
              {(read) => <Counted pages={read} />}
            </Asked>
          </Figure>
          <Figure title={texts.parked} to="/operations">
            <Asked query={parked} lines={1}>
              {(read) => <Counted pages={read} />}
            </Asked>
          </Figure>
          <Figure title={texts.unsent} to="/operations">
            <Asked query={outbox} lines={1}>
              {({ items }) => count(items.reduce((sum, { unsent }) => sum + unsent, 0))}
            </Asked>
          </Figure>
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Asked query={low}>{(read) => <LowList levels={itemsOf(read)} />}</Asked>
          <ServicesCard />
        </SimpleGrid>
      </Stack>
    </>
  );
};
