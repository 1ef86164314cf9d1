import { Container } from "@mantine/core";
import { Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { lazyPage } from "../shared/lazy-page.ts";
import { OfflineNotice } from "../shared/states.tsx";
import { DemoHint } from "./layout/demo-hint.tsx";
import { Footer } from "./layout/footer.tsx";
import { Header } from "./layout/header.tsx";
import { SkipLink } from "./layout/skip-link.tsx";
import { ListingPage } from "./pages/listing-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { ProductPage } from "./pages/product-page.tsx";
import { PageSkeleton } from "./parts/skeletons.tsx";
import { useForgetfulness } from "./queries/account.ts";
import { useTelegram } from "./telegram/use-telegram.ts";

// What is needed for looking around comes at once, the rest when somebody goes there.
const CartPage = lazyPage(async () => (await import("./pages/cart-page.tsx")).CartPage);
const CheckoutPage = lazyPage(async () => (await import("./pages/checkout-page.tsx")).CheckoutPage);
const OrderPage = lazyPage(async () => (await import("./pages/order-page.tsx")).OrderPage);
const OrdersPage = lazyPage(async () => (await import("./pages/orders-page.tsx")).OrdersPage);
const ProfilePage = lazyPage(async () => (await import("./pages/profile-page.tsx")).ProfilePage);
const SignInPage = lazyPage(async () => (await import("./pages/sign-in-page.tsx")).SignInPage);
const WaitingPage = lazyPage(async () => (await import("./pages/waiting-page.tsx")).WaitingPage);

const Pages = () => (
  <Switch>
    <Route path="/">
      <ListingPage category={null} />
    </Route>
    <Route path="/c/:slug">{({ slug }) => <ListingPage category={slug} key={slug} />}</Route>
    <Route path="/p/:slug">{({ slug }) => <ProductPage id={slug} key={slug} />}</Route>
    <Route path="/cart" component={CartPage} />
    <Route path="/checkout" component={CheckoutPage} />
    <Route path="/orders" component={OrdersPage} />
    <Route path="/orders/:id">{({ id }) => <OrderPage id={id} key={id} />}</Route>
    <Route path="/profile" component={ProfilePage} />
    <Route path="/sign-in" component={SignInPage} />
    <Route path="/waiting" component={WaitingPage} />
    <Route path="/index.html">
      <Redirect to="/" replace />
    </Route>
    <Route>
      <NotFoundPage />
    </Route>
  </Switch>
);

/** The storefront: a frame that stays, and the page of the address within it. */
export const Shop = () => {
  useForgetfulness();
  const inTelegram = useTelegram();
  return (
    <div className="shop">
      <SkipLink />
      <OfflineNotice />
      {!inTelegram && <DemoHint />}
      <Header inTelegram={inTelegram} />
      <Container component="main" id="content" tabIndex={-1} size="lg" className="shop-main">
        <Suspense fallback={<PageSkeleton />}>
          <Pages />
        </Suspense>
      </Container>
      {!inTelegram && <Footer />}
    </div>
  );
};
