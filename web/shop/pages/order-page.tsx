import { Alert, Group, Loader, Stack, Text } from "@mantine/core";
import { useSearch } from "wouter";
import { KioskProblem, type Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { useSession } from "../../shared/kiosk.ts";
import { Failure } from "../../shared/states.tsx";
import { Address } from "../checkout/address.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { OrderActions } from "../parts/order-actions.tsx";
import { OrderStatus } from "../parts/order-status.tsx";
import { OrderTimeline } from "../parts/order-timeline.tsx";
import { SignedOut } from "../parts/signed-out.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { useFollowedOrders, useOrder } from "../queries/orders.ts";
import { useShopTexts } from "../texts/texts.ts";
import { NotFoundPage } from "./not-found-page.tsx";

type Order = Schemas["Order"];

const Lines = ({ order }: { readonly order: Order }) => {
  const texts = useShopTexts();
  const { money } = useFormat();
  return (
    <section className="panel" aria-labelledby="lines">
      <h2 id="lines" className="section-title">
        {texts.order.lines}
      </h2>
      <ul className="plain-list summary">
        {order.lines.map(({ id, name, quantity, lineTotal }) => (
          <li key={id}>
            <span>
              {quantity} × {name}
            </span>
            <span className="price">{money(lineTotal)}</span>
          </li>
        ))}
      </ul>
      <Group justify="space-between" className="summary-total">
        <span>{texts.cart.total}</span>
        <span className="price">{money(order.total)}</span>
      </Group>
    </section>
  );
};

const Delivery = ({ order: { address, note, payment } }: { readonly order: Order }) => {
  const { order, checkout } = useShopTexts();
  if (address === null) return null;
  return (
    <section className="panel" aria-labelledby="where">
      <h2 id="where" className="section-title">
        {order.address}
      </h2>
      <Address address={address} />
      {note !== null && (
        <Text size="sm" mt="sm">
          {order.note}: {note}
        </Text>
      )}
      {payment !== undefined && (
        <Text size="sm" mt="sm" c="dimmed">
          {order.payment}: {checkout[payment.provider]}
        </Text>
      )}
    </section>
  );
};

const Shown = ({ order, isLive }: { readonly order: Order; readonly isLive: boolean }) => {
  const texts = useShopTexts();
  const { moment } = useFormat();
  const isNew = useSearch() === "new";
  return (
    <Stack gap="lg" className="narrow">
      <Group justify="space-between" align="flex-start">
        <div>
          <PageTitle title={texts.order.number(order.number)} />
          <Text c="dimmed">{texts.order.placed(moment(order.createdAt))}</Text>
        </div>
        <div role="status" className="order-now">
          <OrderStatus status={order.status} />
        </div>
      </Group>
      <Text size="sm" c="dimmed" className="live" data-live={isLive || undefined}>
        {isLive ? texts.order.live : texts.order.delayed}
      </Text>
      {order.status === "pending" && (
        <Alert variant="outline" icon={<Loader size="sm" />}>
          {texts.order.pending}
        </Alert>
      )}
      {isNew && order.status === "confirmed" && <Alert variant="outline">{texts.order.thanks}</Alert>}
      <div className="order-columns">
        <Stack gap="lg">
          <Lines order={order} />
          <Delivery order={order} />
        </Stack>
        <OrderTimeline id={order.id} version={order.version} />
      </div>
      <OrderActions order={order} />
    </Stack>
  );
};

const Followed = ({ id }: { readonly id: string }) => {
  const { order: texts } = useShopTexts();
  const isLive = useFollowedOrders();
  const { data, error, isError, refetch } = useOrder(id, isLive);
  if (data !== undefined) return <Shown order={data} isLive={isLive} />;
  if (error instanceof KioskProblem && (error.status === 404 || error.status === 422))
    return <NotFoundPage text={texts.notFound} />;
  return isError ? <Failure error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
};

/** An order, as it stands this moment, and how it came to it. */
export const OrderPage = ({ id }: { readonly id: string }) => {
  const { order, titles } = useShopTexts();
  return useSession() === null ? (
    <SignedOut title={titles.order} text={order.signedOut} />
  ) : (
    <Followed id={id} />
  );
};
