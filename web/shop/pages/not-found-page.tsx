import { Button, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { PageTitle } from "../layout/page-title.tsx";
import { useShopTexts } from "../texts/texts.ts";

/** For addresses at which nothing is, or is no more. */
export const NotFoundPage = ({ text }: { readonly text?: string }) => {
  const { notFound, titles } = useShopTexts();
  return (
    <Stack align="center" gap="md" py={96} ta="center">
      <PageTitle title={titles.notFound} />
      <Text c="dimmed">{text ?? notFound.text}</Text>
      <Button component={Link} href="/">
        {notFound.home}
      </Button>
    </Stack>
  );
};
