import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { type User, useEraseUser } from "../../queries/customers.ts";
import { useCustomersTexts } from "../../texts/customers.ts";
import { useShellTexts } from "../../texts/shell.ts";

const EraseForm = ({ user, onClose }: { readonly user: User; onClose(): void }) => {
  const texts = useCustomersTexts();
  const { cancel } = useShellTexts();
  const erase = useEraseUser();
  const [name, setName] = useState("");
  const isSure = name.trim() === user.name.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure) erase.mutate(user, { onSettled: onClose });
      }}
    >
      <Stack>
        <Text size="sm">{texts.eraseHint}</Text>
        <TextInput
          label={texts.eraseName(user.name)}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" color="#b3261e" disabled={!isSure} loading={erase.isPending}>
            {texts.erase}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** Erasing somebody is not done by a slip: their name has to be typed, and the shop wants a fresh code. */
export const EraseDialog = ({ user, onClose }: { readonly user: User | null; onClose(): void }) => {
  const texts = useCustomersTexts();
  const { close } = useShellTexts();
  return (
    <Modal
      opened={user !== null}
      onClose={onClose}
      title={user === null ? "" : texts.eraseOf(user.name)}
      closeButtonProps={{ "aria-label": close }}
      centered
    >
      {user !== null && <EraseForm user={user} onClose={onClose} />}
    </Modal>
  );
};
