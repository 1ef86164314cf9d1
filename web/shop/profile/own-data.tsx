import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../../shared/language.tsx";
import { Failure } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { useErase, useExport } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";

const Erase = ({ onErased }: { readonly onErased: () => void }) => {
  const { profile } = useShopTexts();
  const { close } = useTexts(sharedTexts);
  const [isAsking, setAsking] = useState(false);
  const erasing = useErase(onErased);
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm" c="dimmed">
        {profile.eraseHint}
      </Text>
      <Button variant="outline" color="var(--mantine-color-error)" onClick={() => setAsking(true)}>
        {profile.erase}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={profile.eraseTitle}
        closeButtonProps={{ "aria-label": close }}
        centered
      >
        <Stack gap="lg">
          <Text>{profile.eraseText}</Text>
          {erasing.isError && <Failure error={erasing.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
              {profile.eraseNo}
            </Button>
            <Button color="#b3261e" loading={erasing.isPending} onClick={() => erasing.mutate()}>
              {profile.eraseYes}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
};

/** To have one's data, and to have it gone. */
export const OwnData = ({ onErased }: { readonly onErased: () => void }) => {
  const { profile } = useShopTexts();
  const exporting = useExport();
  return (
    <section className="panel" aria-labelledby="data">
      <h2 id="data" className="section-title">
        {profile.data}
      </h2>
      <Stack gap="md" align="flex-start">
        <Text size="sm" c="dimmed">
          {profile.exportHint}
        </Text>
        <Button variant="default" loading={exporting.isPending} onClick={() => exporting.mutate()}>
          {profile.export}
        </Button>
        {exporting.isError && <Failure error={exporting.error} />}
        <Erase onErased={onErased} />
      </Stack>
    </section>
  );
};
