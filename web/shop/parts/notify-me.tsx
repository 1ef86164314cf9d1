import { Button, Stack, Text } from "@mantine/core";
import { Link, useLocation } from "wouter";
import { BellIcon } from "../../shared/icons.tsx";
import { useSession } from "../../shared/kiosk.ts";
import { Failure } from "../../shared/states.tsx";
import { useSetWaiting, useWaiting } from "../queries/waiting.ts";
import { useShopTexts } from "../texts/texts.ts";

/** To be told when a product is back; for nobody yet, the way in and back here. */
export const NotifyMe = ({ sku }: { readonly sku: string }) => {
  const { product } = useShopTexts();
  const [path] = useLocation();
  const session = useSession();
  const waiting = useWaiting();
  const setting = useSetWaiting(sku);
  if (session === null)
    return (
      <Button
        component={Link}
        href={`/sign-in?to=${encodeURIComponent(path)}`}
        variant="light"
        leftSection={<BellIcon />}
        classNames={{ label: "wrapping" }}
        h="auto"
        py="sm"
      >
        {product.signInToBeTold}
      </Button>
    );
  const isWaiting = waiting.data?.some((one) => one.sku === sku) ?? false;
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {isWaiting ? product.notified : ""}
      </Text>
      <Button
        variant={isWaiting ? "default" : "light"}
        leftSection={<BellIcon />}
        loading={setting.isPending || waiting.isPending}
        onClick={() => setting.mutate(!isWaiting)}
      >
        {isWaiting ? product.stopNotify : product.notify}
      </Button>
      {setting.isError && <Failure error={setting.error} />}
    </Stack>
  );
};
