import { ActionIcon, Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { useFormat } from "../../shared/format.ts";
import { CloseIcon } from "../../shared/icons.tsx";
import { useSession } from "../../shared/kiosk.ts";
import { Empty, Failure } from "../../shared/states.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { SignedOut } from "../parts/signed-out.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { useProduct } from "../queries/products.ts";
import { useSetWaiting, useWaiting } from "../queries/waiting.ts";
import { useShopTexts } from "../texts/texts.ts";

const WaitingRow = ({ sku, since }: { readonly sku: string; readonly since: string }) => {
  const { waiting } = useShopTexts();
  const { moment } = useFormat();
  const { data: product } = useProduct(sku);
  const setting = useSetWaiting(sku);
  const name = product?.name ?? sku;
  return (
    <li className="order-row">
      <div>
        {product === undefined ? <bdi>{sku}</bdi> : <Link href={`/p/${product.slug}`}>{name}</Link>}
        <Text size="sm" c="dimmed">
          {product?.stock.inStock ? waiting.backNow : waiting.since(moment(since))}
        </Text>
        {setting.isError && <Failure error={setting.error} />}
      </div>
      <ActionIcon
        variant="subtle"
        c="inherit"
        size={44}
        aria-label={waiting.stop(name)}
        loading={setting.isPending}
        onClick={() => setting.mutate(false)}
      >
        <CloseIcon />
      </ActionIcon>
    </li>
  );
};

const Waiting = () => {
  const { waiting: texts, titles, cart } = useShopTexts();
  const waiting = useWaiting();
  if (waiting.isPending) return <PageSkeleton />;
  if (waiting.isError) return <Failure error={waiting.error} onRetry={() => void waiting.refetch()} />;
  if (waiting.data.length === 0)
    return (
      <>
        <PageTitle title={titles.waiting} hidden />
        <Empty title={texts.noneTitle} text={texts.noneText}>
          <Button component={Link} href="/">
            {cart.browse}
          </Button>
        </Empty>
      </>
    );
  return (
    <Stack gap="lg" className="narrow">
      <PageTitle title={titles.waiting} />
      <Text>{texts.lead}</Text>
      <ul className="plain-list order-rows panel">
        {waiting.data.map(({ sku, since }) => (
          <WaitingRow key={sku} sku={sku} since={since} />
        ))}
      </ul>
    </Stack>
  );
};

/** The products that somebody waits for. */
export const WaitingPage = () => {
  const { waiting, titles } = useShopTexts();
  return useSession() === null ? <SignedOut title={titles.waiting} text={waiting.signedOut} /> : <Waiting />;
};
