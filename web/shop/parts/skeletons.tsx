import { Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import { useTexts } from "../../shared/language.tsx";
import { useOnline } from "../../shared/online.ts";
import { OfflineState } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";

const Loading = () => {
  const { loading } = useTexts(sharedTexts);
  return <VisuallyHidden role="status">{loading}</VisuallyHidden>;
};

const CARDS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The shape of a grid of products that is on its way. */
export const GridSkeleton = () => {
  if (!useOnline()) return <OfflineState />;
  return (
    <div className="product-grid">
      <Loading />
      {CARDS.map((card) => (
        <Stack key={card} gap="xs">
          <Skeleton className="skeleton-picture" />
          <Skeleton height={16} width="70%" />
          <Skeleton height={16} width="40%" />
        </Stack>
      ))}
    </div>
  );
};

/** The shape of any other page. */
export const PageSkeleton = () => {
  if (!useOnline()) return <OfflineState />;
  return (
    <Stack gap="md" py="xl">
      <Loading />
      <Skeleton height={34} width="min(20rem, 70%)" />
      <Skeleton height={90} />
      <Skeleton height={90} />
      <Skeleton height={90} />
    </Stack>
  );
};
