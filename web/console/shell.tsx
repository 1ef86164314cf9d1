import {
  Anchor,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Kbd,
  NativeSelect,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useCallback, useMemo } from "react";
import { Link, useLocation } from "wouter";
import type { Session } from "../../client/index.ts";
import { may } from "../../shared/contracts/permissions.ts";
import { MoonIcon, SunIcon } from "../shared/icons.tsx";
import { type Language, languageNames, languages, useLanguage } from "../shared/language.tsx";
import { OfflineNotice } from "../shared/states.tsx";
import { type ConsolePage, consolePages } from "./navigation.ts";
import { ShortcutsHelp, useShortcuts, useShortcutsOn } from "./parts/shortcuts.tsx";
import { signOut } from "./sign-out.ts";
import { useShellTexts } from "./texts/shell.ts";

const Choices = () => {
  const texts = useShellTexts();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  return (
    <Group gap="xs">
      <NativeSelect
        size="xs"
        aria-label={texts.language}
        value={language}
        onChange={({ currentTarget }) => choose(currentTarget.value as Language)}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
      />
      <Button
        size="xs"
        variant="default"
        aria-label={texts.colours}
        onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
      >
        {scheme === "dark" ? <SunIcon /> : <MoonIcon />}
      </Button>
    </Group>
  );
};

const Header = (props: { session: Session; isOpen: boolean; toggle: () => void; showHelp: () => void }) => {
  const texts = useShellTexts();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Burger
          opened={props.isOpen}
          onClick={props.toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={texts.menu}
          aria-expanded={props.isOpen}
        />
        <Text fw={700} c="kiosk" visibleFrom="xs">
          {texts.console}
        </Text>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" visibleFrom="md">
          {props.session.user.name} · {props.session.user.role}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={props.showHelp}
          visibleFrom="sm"
          rightSection={<Kbd size="xs">?</Kbd>}
        >
          {texts.keyboard}
        </Button>
        <Choices />
      </Group>
    </Group>
  );
};

const Menu = ({ pages, close }: { readonly pages: readonly ConsolePage[]; readonly close: () => void }) => {
  const texts = useShellTexts();
  const [location] = useLocation();
  return (
    <>
      <AppShell.Section grow>
        {pages.map(({ name, path }) => (
          <NavLink
            key={name}
            component={Link}
            href={path}
            label={texts.pages[name]}
            active={location === path}
            aria-current={location === path ? "page" : undefined}
            onClick={close}
          />
        ))}
      </AppShell.Section>
      <AppShell.Section>
        <Group justify="space-between" p="xs">
          <Anchor href="/" size="sm">
            {texts.shop}
          </Anchor>
          <Button size="xs" variant="default" onClick={() => void signOut()}>
            {texts.signOut}
          </Button>
        </Group>
      </AppShell.Section>
    </>
  );
};

/** What is around every page: menu, keys, language and colours, and whether the machine is offline. */
export const Shell = ({ session, children }: { readonly session: Session; readonly children: ReactNode }) => {
  const texts = useShellTexts();
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const shortcuts = useShortcutsOn();
  const { role } = session.user;
  const pages = useMemo(() => consolePages.filter(({ permission }) => may(role, permission)), [role]);
  const { open } = help;
  const showHelp = useCallback(() => open(), [open]);
  useShortcuts(pages, shortcuts.isOn, showHelp);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 210, breakpoint: "sm", collapsed: { mobile: !isMenuOpen } }}
      padding="md"
    >
      <a href="#main" className="skip-link">
        {texts.skip}
      </a>
      <AppShell.Header>
        <Header session={session} isOpen={isMenuOpen} toggle={menu.toggle} showHelp={showHelp} />
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={texts.navigation}>
        <Menu pages={pages} close={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <OfflineNotice />
        <Box maw="90rem">{children}</Box>
      </AppShell.Main>
      <ShortcutsHelp {...shortcuts} pages={pages} isOpen={isHelpOpen} onClose={help.close} />
    </AppShell>
  );
};
