import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useSession } from "../../shared/kiosk.ts";
import { SignIn } from "../../shared/sign-in/sign-in.tsx";
import { Empty, Failure } from "../../shared/states.tsx";
import { usePricedCart } from "../cart/use-priced-cart.ts";
import { ConfirmStep } from "../checkout/confirm-step.tsx";
import { countryOf } from "../checkout/countries.ts";
import { type Delivery, firstDelivery } from "../checkout/delivery.ts";
import { DeliveryStep } from "../checkout/delivery-step.tsx";
import { PageTitle } from "../layout/page-title.tsx";
import { PageSkeleton } from "../parts/skeletons.tsx";
import { useLastAddress } from "../queries/orders.ts";
import { ProviderButtons } from "../sign-in/provider-buttons.tsx";
import { useShopTexts } from "../texts/texts.ts";

const Steps = () => {
  const { checkout, titles } = useShopTexts();
  const session = useSession();
  const last = useLastAddress();
  const priced = usePricedCart();
  const [delivery, setDelivery] = useState<Delivery | null>(null);
  const [isConfirming, setConfirming] = useState(false);
  if (last.isPending) return <PageSkeleton />;
  const buyer = { name: session?.user.name ?? "", country: countryOf(navigator.languages) };
  const isSecond = isConfirming && delivery !== null;
  return (
    <Stack gap="lg" className="narrow">
      {/* Another step is another page: the focus goes to its heading. */}
      <div key={String(isSecond)}>
        <Text size="sm" c="dimmed">
          {checkout.steps(isSecond ? 2 : 1)}
        </Text>
        <PageTitle title={titles.checkout}>{isSecond ? checkout.confirm : checkout.where}</PageTitle>
      </div>
      {priced.error !== null && <Failure error={priced.error} onRetry={priced.retry} />}
      {isSecond ? (
        <ConfirmStep delivery={delivery} priced={priced} onChange={() => setConfirming(false)} />
      ) : (
        <DeliveryStep
          first={delivery ?? firstDelivery(last.data ?? null, buyer)}
          onDone={(done) => {
            setDelivery(done);
            setConfirming(true);
          }}
        />
      )}
    </Stack>
  );
};

/** Two steps from the cart to an order; before them, whoever is not signed in signs in here. */
export const CheckoutPage = () => {
  const { checkout, titles, cart } = useShopTexts();
  const session = useSession();
  const priced = usePricedCart();
  if (priced.cart.length === 0)
    return (
      <>
        <PageTitle title={titles.checkout} hidden />
        <Empty title={cart.emptyTitle} text={cart.emptyText}>
          <Button component={Link} href="/">
            {cart.browse}
          </Button>
        </Empty>
      </>
    );
  if (session !== null) return <Steps />;
  return (
    <Stack gap="md" className="narrower">
      <PageTitle title={titles.signIn} />
      <Text>{checkout.signInFirst}</Text>
      <SignIn />
      <ProviderButtons to="/checkout" />
    </Stack>
  );
};
