import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import type { BroadcastTexts } from "../../queries/broadcasts.ts";
import { useBroadcastsTexts } from "../../texts/broadcasts.ts";

const TEXT_MAX_LENGTH = 4_096;

export interface DraftFormProps {
  readonly texts: BroadcastTexts;
  readonly isSaving: boolean;
  save(texts: BroadcastTexts): void;
}

/** What is to be said, in one language or in both. */
export const DraftForm = ({ texts: read, isSaving, save }: DraftFormProps) => {
  const texts = useBroadcastsTexts();
  const [en, setEn] = useState(read.en ?? "");
  const [ar, setAr] = useState(read.ar ?? "");
  const typed = { ...(en.trim() === "" ? {} : { en }), ...(ar.trim() === "" ? {} : { ar }) };
  const isChanged = en !== (read.en ?? "") || ar !== (read.ar ?? "");
  const common = { autosize: true, minRows: 3, maxRows: 12, maxLength: TEXT_MAX_LENGTH };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(typed);
      }}
    >
      <Stack gap="sm">
        <Textarea
          {...common}
          label={texts.english}
          description={texts.textHint}
          lang="en"
          dir="ltr"
          value={en}
          onChange={({ currentTarget }) => setEn(currentTarget.value)}
          data-autofocus
        />
        <Textarea
          {...common}
          label={texts.arabic}
          lang="ar"
          dir="rtl"
          value={ar}
          onChange={({ currentTarget }) => setAr(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isSaving} disabled={!isChanged || Object.keys(typed).length === 0}>
            {texts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
