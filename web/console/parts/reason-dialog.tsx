import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useShellTexts } from "../texts/shell.ts";

const REASON_MAX_LENGTH = 200;

export interface ReasonDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly label: string;
  /** What is done, in a word. */
  readonly act: string;
  /** Whether it is not done without a reason. */
  readonly isRequired?: boolean;
  onGiven(reason: string): void;
  onClose(): void;
}

const ReasonForm = ({ label, act, isRequired = false, onGiven, onClose }: ReasonDialogProps) => {
  const { cancel } = useShellTexts();
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onGiven(reason.trim());
        onClose();
      }}
    >
      <Stack>
        <TextInput
          label={label}
          value={reason}
          required={isRequired}
          maxLength={REASON_MAX_LENGTH}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" color="red" disabled={isRequired && reason.trim() === ""}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** Asks once more, and why, before something that nobody takes back. */
export const ReasonDialog = (props: ReasonDialogProps) => {
  const { close } = useShellTexts();
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": close }}
      centered
    >
      {props.isOpen && <ReasonForm {...props} />}
    </Modal>
  );
};
