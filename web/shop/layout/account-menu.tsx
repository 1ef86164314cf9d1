import { ActionIcon, Button, Menu } from "@mantine/core";
import { Link } from "wouter";
import { PersonIcon } from "../../shared/icons.tsx";
import { useSession } from "../../shared/kiosk.ts";
import { signOut } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";

/** What is one's own; for nobody yet, the way in. */
export const AccountMenu = () => {
  const { nav } = useShopTexts();
  const session = useSession();
  if (session === null)
    return (
      <>
        <Button component={Link} href="/sign-in" variant="subtle" c="inherit" px="sm" h={44} visibleFrom="sm">
          {nav.signIn}
        </Button>
        <ActionIcon
          component={Link}
          href="/sign-in"
          variant="subtle"
          c="inherit"
          size={44}
          aria-label={nav.signIn}
          hiddenFrom="sm"
        >
          <PersonIcon />
        </ActionIcon>
      </>
    );
  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" c="inherit" size={44} aria-label={nav.account}>
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.user.name}</Menu.Label>
        <Menu.Item component={Link} href="/orders">
          {nav.orders}
        </Menu.Item>
        <Menu.Item component={Link} href="/waiting">
          {nav.waiting}
        </Menu.Item>
        <Menu.Item component={Link} href="/profile">
          {nav.profile}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{nav.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
