import { Skeleton, Text, Timeline } from "@mantine/core";
import { useFormat } from "../../shared/format.ts";
import { Failure } from "../../shared/states.tsx";
import { useTimeline } from "../queries/orders.ts";
import { type ShopTexts, useShopTexts } from "../texts/texts.ts";

const wordsFor = (what: string, { order }: ShopTexts): string =>
  (order.status as Readonly<Record<string, string>>)[what] ?? order.events[what] ?? what;

/** What happened to an order, in the order in which it happened, and why. */
export const OrderTimeline = ({ id, version }: { readonly id: string; readonly version: number }) => {
  const texts = useShopTexts();
  const { moment } = useFormat();
  const { data, error, isError, refetch } = useTimeline(id, version);
  return (
    <section className="panel" aria-labelledby="timeline">
      <h2 id="timeline" className="section-title">
        {texts.order.timeline}
      </h2>
      {isError && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && !isError && <Skeleton height={120} />}
      {data !== undefined && (
        <Timeline active={data.length - 1} bulletSize={16} lineWidth={2} mt="md">
          {data.map(({ at, what, cause }, index) => (
            <Timeline.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: what has happened keeps its place
              key={index}
              title={wordsFor(what, texts)}
            >
              {cause !== null && <Text size="sm">{cause}</Text>}
              <Text size="xs" c="dimmed">
                {moment(at)}
              </Text>
            </Timeline.Item>
          ))}
        </Timeline>
      )}
    </section>
  );
};
