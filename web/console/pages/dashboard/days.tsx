import { Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import type { Schemas } from "../../../../client/index.ts";
import { useFormat } from "../../../shared/format.ts";
import { useLanguage } from "../../../shared/language.tsx";
import { type Bar, Bars } from "../../parts/bars.tsx";
import { Asked } from "../../parts/states.tsx";
import { useDailySummaries } from "../../queries/orders.ts";
import { useDashboardTexts } from "../../texts/dashboard.ts";
import { daysUntil } from "./day-spans.ts";

const DAYS = 14;

interface ChartProps {
  readonly title: string;
  readonly today: string;
  readonly chartTitle: string;
  readonly bars: readonly Bar[];
}

const Chart = ({ title, today, chartTitle, bars }: ChartProps) => (
  <Card withBorder padding="md">
    <Group justify="space-between" align="flex-end">
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text size="xl" fw={700}>
        {today}
      </Text>
    </Group>
    <Bars bars={bars} title={chartTitle} />
    <Text size="xs" c="dimmed">
      {chartTitle}
    </Text>
  </Card>
);

/** What came in on each day in the currency that today's, or the latest, revenue is in. */
const revenueIn = (currency: string, revenue: readonly Schemas["Money"][]): Schemas["Money"] =>
  revenue.find((money) => money.currency === currency) ?? { amountMinor: 0, currency };

/** Orders and revenue of today, and of the days before it. */
export const Days = () => {
  const texts = useDashboardTexts();
  const { money, count } = useFormat();
  const { language } = useLanguage();
  const days = useMemo(() => daysUntil(new Date(), DAYS), []);
  const summaries = useDailySummaries(days);
  const failed = summaries.find(({ isError }) => isError);
  const read = summaries.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const whole = {
    data: read.length === days.length ? read : undefined,
    isError: failed !== undefined,
    error: failed?.error ?? null,
    refetch: () => Promise.all(summaries.map(({ refetch }) => refetch())),
  };
  const dayName = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
  return (
    <Asked query={whole} lines={4}>
      {(all) => {
        const currency = all.findLast(({ revenue }) => revenue.length > 0)?.revenue[0]?.currency ?? null;
        const barsOf = (value: (day: (typeof all)[number]) => { value: number; text: string }): Bar[] =>
          all.map((day) => {
            const label = dayName.format(new Date(day.from));
            const of = value(day);
            return { label, value: of.value, text: texts.day(label, of.text) };
          });
        const incomes = currency === null ? [] : all.map(({ revenue }) => revenueIn(currency, revenue));
        const orders = barsOf((day) => ({ value: day.count, text: count(day.count) }));
        const revenues = barsOf((day) => {
          const income = currency === null ? null : revenueIn(currency, day.revenue);
          return { value: income?.amountMinor ?? 0, text: income === null ? "0" : money(income) };
        });
        const today = incomes.at(-1);
        return (
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Chart
              title={texts.ordersToday}
              today={count(all.at(-1)?.count ?? 0)}
              chartTitle={texts.lastDays(DAYS)}
              bars={orders}
            />
            <Chart
              title={texts.revenueToday}
              today={today === undefined ? texts.noRevenue : money(today)}
              chartTitle={texts.revenueOfDays(DAYS)}
              bars={revenues}
            />
          </SimpleGrid>
        );
      }}
    </Asked>
  );
};
