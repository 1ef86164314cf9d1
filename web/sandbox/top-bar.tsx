import {
  ActionIcon,
  Button,
  Drawer,
  Text,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MailIcon, MoonIcon, SunIcon } from "../shared/icons.tsx";
import { languageNames, languages, useLanguage } from "../shared/language.tsx";
import { MailFrame } from "./frames.tsx";
import type { SandboxApi } from "./sandbox-api.ts";
import { useSandboxTexts } from "./texts.ts";

const LOOK_MS = 3_000;
const mailKey = ["mail"] as const;

/** How many mails have been caught. Only those since the last look are read. */
const useMailCount = (sandbox: SandboxApi): number => {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: mailKey,
    queryFn: async () => {
      const before = queries.getQueryData<{ count: number; last: number }>(mailKey) ?? { count: 0, last: 0 };
      const mails = await sandbox.mails(before.last);
      return { count: before.count + mails.length, last: mails.at(-1)?.id ?? before.last };
    },
    refetchInterval: LOOK_MS,
  });
  return data?.count ?? 0;
};

const MailDrawer = ({ sandbox }: { readonly sandbox: SandboxApi }) => {
  const texts = useSandboxTexts();
  const [isOpen, drawer] = useDisclosure(false);
  const count = useMailCount(sandbox);
  return (
    <>
      <Button variant="default" size="sm" leftSection={<MailIcon />} onClick={drawer.open}>
        {texts.mail(count)}
      </Button>
      <Drawer
        opened={isOpen}
        onClose={drawer.close}
        position="right"
        size="lg"
        title={texts.mailTitle}
        closeButtonProps={{ "aria-label": texts.close }}
        classNames={{ content: "mail-drawer", body: "mail-body" }}
      >
        <MailFrame />
      </Drawer>
    </>
  );
};

/** What this page is, the caught mail, language and colours. */
export const TopBar = ({ sandbox }: { readonly sandbox: SandboxApi }) => {
  const texts = useSandboxTexts();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const other = languages.find((one) => one !== language) ?? language;
  return (
    <header className="top">
      <div className="top-words">
        <Title order={1} size="h4">
          {texts.title}
        </Title>
        <Text size="sm" className="top-lead">
          {texts.lead}
        </Text>
      </div>
      <MailDrawer sandbox={sandbox} />
      <Button
        variant="subtle"
        color="gray"
        c="inherit"
        size="sm"
        px="xs"
        lang={other}
        onClick={() => choose(other)}
      >
        {languageNames[other]}
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="inherit"
        size={36}
        aria-label={isDark ? texts.light : texts.dark}
        onClick={() => setColorScheme(isDark ? "light" : "dark")}
      >
        {isDark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </header>
  );
};
