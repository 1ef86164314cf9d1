import { Button, Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import { Route, Router, Switch } from "wouter";
import { may } from "../../shared/contracts/permissions.ts";
import { useSession } from "../shared/kiosk.ts";
import { SignIn } from "../shared/sign-in/sign-in.tsx";
import { consolePages, type PageName } from "./navigation.ts";
import { AuditPage } from "./pages/audit/audit-page.tsx";
import { BroadcastsPage } from "./pages/broadcasts/broadcasts-page.tsx";
import { CategoriesPage } from "./pages/categories/categories-page.tsx";
import { CustomersPage } from "./pages/customers/customers-page.tsx";
import { DashboardPage } from "./pages/dashboard/dashboard-page.tsx";
import { DeliveriesPage } from "./pages/deliveries/deliveries-page.tsx";
import { ImportsPage } from "./pages/imports/imports-page.tsx";
import { OperationsPage } from "./pages/operations/operations-page.tsx";
import { OrdersPage } from "./pages/orders/orders-page.tsx";
import { ProductsPage } from "./pages/products/products-page.tsx";
import { StockPage } from "./pages/stock/stock-page.tsx";
import { WebhooksPage } from "./pages/webhooks/webhooks-page.tsx";
import { FreshCodeProvider } from "./parts/fresh-code.tsx";
import { NoticesProvider } from "./parts/notices.tsx";
import { PageHead } from "./parts/page-head.tsx";
import { Nothing } from "./parts/states.tsx";
import { Shell } from "./shell.tsx";
import { signOut } from "./sign-out.ts";
import { useShellTexts } from "./texts/shell.ts";

const VIEWS = {
  dashboard: DashboardPage,
  stock: StockPage,
  orders: OrdersPage,
  products: ProductsPage,
  categories: CategoriesPage,
  imports: ImportsPage,
  customers: CustomersPage,
  deliveries: DeliveriesPage,
  broadcasts: BroadcastsPage,
  webhooks: WebhooksPage,
  operations: OperationsPage,
  audit: AuditPage,
} as const satisfies Record<PageName, () => unknown>;

const SignInPage = () => {
  const texts = useShellTexts();
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card withBorder padding="xl" w="100%" maw={460}>
        <PageHead title={texts.console} />
        <Stack>
          <Text size="sm" c="dimmed">
            {texts.signInHint}
          </Text>
          <SignIn />
        </Stack>
      </Card>
    </Center>
  );
};

const Refused = ({ hint }: { readonly hint: string }) => {
  const texts = useShellTexts();
  return (
    <Stack align="center" gap="sm" py="xl" ta="center">
      <Title order={1} size="h2">
        {texts.noPermission}
      </Title>
      <Text>{hint}</Text>
      <Group justify="center">
        <Button component="a" href="/" variant="default">
          {texts.shop}
        </Button>
        <Button variant="default" onClick={() => void signOut()}>
          {texts.otherAccount}
        </Button>
      </Group>
    </Stack>
  );
};

/** The console for who may see it: the pages of their rights, or why there is none. */
export const Console = () => {
  const texts = useShellTexts();
  const session = useSession();
  if (session === null) return <SignInPage />;
  const { role } = session.user;
  if (role === "customer")
    return (
      <Router base="/admin">
        <Shell session={session}>
          <Refused hint={texts.noPermissionHint} />
        </Shell>
      </Router>
    );
  return (
    <Router base="/admin">
      <NoticesProvider>
        <FreshCodeProvider>
          <Shell session={session}>
            <Switch>
              {consolePages.map(({ name, path, permission }) => {
                const View = VIEWS[name];
                return (
                  <Route key={name} path={path}>
                    {may(role, permission) ? <View /> : <Refused hint={texts.adminOnly} />}
                  </Route>
                );
              })}
              <Route>
                <PageHead title={texts.notFound} />
                <Nothing title={texts.notFound} />
              </Route>
            </Switch>
          </Shell>
        </FreshCodeProvider>
      </NoticesProvider>
    </Router>
  );
};
