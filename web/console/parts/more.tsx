import { Button, Group } from "@mantine/core";
import { useShellTexts } from "../texts/shell.ts";

interface More {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** The next page of a list, as long as there is one. */
export const MoreButton = ({ query }: { readonly query: More }) => {
  const { more } = useShellTexts();
  if (!query.hasNextPage) return null;
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {more}
      </Button>
    </Group>
  );
};
