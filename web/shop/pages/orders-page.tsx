import { Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { useSession } from "../../shared/kiosk.ts";
import { Empty, Failure } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { OrderStatus } from "../parts/order-status.tsx";
import { SignedOut } from "../parts/signed-out.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { useFollowedOrders, useOrders } from "../queries/orders.ts";
import { useShopTexts } from "../texts/texts.ts";

const OrderRow = ({ order }: { readonly order: Schemas["Order"] }) => {
  const texts = useShopTexts();
  const { money, moment } = useFormat();
  const units = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <li className="order-row">
      <div>
        <Link href={`/orders/${order.id}`} className="product-link">
          {texts.order.number(order.number)}
        </Link>
        <Text size="sm" c="dimmed">
          {moment(order.createdAt)} · {texts.order.units(units)}
        </Text>
      </div>
      <OrderStatus status={order.status} />
      <span className="price">{money(order.total)}</span>
    </li>
  );
};

const Orders = () => {
  const { order, titles, cart, list } = useShopTexts();
  const orders = useOrders();
  useFollowedOrders();
  if (orders.isPending) return <PageSkeleton />;
  if (orders.isError) return <Failure error={orders.error} onRetry={() => void orders.refetch()} />;
  const all = orders.data.pages.flatMap(({ items }) => items);
  if (all.length === 0)
    return (
      <>
        <PageTitle title={titles.orders} hidden />
        <Empty title={order.noneTitle} text={order.noneText}>
          <Button component={Link} href="/">
            {cart.browse}
          </Button>
        </Empty>
      </>
    );
  return (
    <Stack gap="lg" className="narrow">
      <PageTitle title={titles.orders} />
      <ul className="plain-list order-rows panel">
        {all.map((one) => (
          <OrderRow key={one.id} order={one} />
        ))}
      </ul>
      {orders.hasNextPage && (
        <Button
          variant="default"
          loading={orders.isFetchingNextPage}
          onClick={() => void orders.fetchNextPage()}
        >
          {list.more}
        </Button>
      )}
    </Stack>
  );
};

/** The own orders, newest first, each as it stands this moment. */
export const OrdersPage = () => {
  const { order, titles } = useShopTexts();
  return useSession() === null ? <SignedOut title={titles.orders} text={order.signedOut} /> : <Orders />;
};
