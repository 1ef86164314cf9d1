import { Anchor, Badge, Button, Drawer, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { type Broadcast, newDraft, useBroadcasts, useDraft } from "../../queries/broadcasts.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useBroadcastsTexts } from "../../texts/broadcasts.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { BroadcastDrawer } from "./broadcast-drawer.tsx";
import { DraftForm } from "./draft-form.tsx";

const WORDS_SHOWN = 80;

const BroadcastRow = ({ broadcast, open }: { readonly broadcast: Broadcast; open(): void }) => {
  const texts = useBroadcastsTexts();
  const { moment } = useFormat();
  const { state, texts: words, recipients, updatedAt } = broadcast;
  const said = (words.en ?? words.ar ?? "").slice(0, WORDS_SHOWN);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Anchor component="button" onClick={open} aria-label={texts.openOf(said)} ta="start" dir="auto">
          {said}
        </Anchor>
      </Table.Th>
      <Table.Td>
        <Badge variant="dot" color={state === "running" ? "blue" : "gray"} tt="none">
          {texts.states[state]}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{recipients === null ? "–" : texts.recipients(recipients)}</Text>
      </Table.Td>
      <Table.Td>{moment(updatedAt)}</Table.Td>
    </Table.Tr>
  );
};

/** What is written to everybody who gets offers: worded, looked at, tried, and sent. */
export const BroadcastsPage = () => {
  const texts = useBroadcastsTexts();
  const { pages, close } = useShellTexts();
  const [openId, setOpenId] = useState<string | null>(null);
  const [isNew, setNew] = useState(false);
  const draft = useDraft();
  const broadcasts = useBroadcasts();
  const create = (words: Broadcast["texts"]) =>
    draft.mutate(newDraft(words), {
      onSuccess({ id }) {
        setNew(false);
        setOpenId(id);
      },
    });
  return (
    <>
      <PageHead title={pages.broadcasts}>
        <Button onClick={() => setNew(true)}>{texts.draft}</Button>
      </PageHead>
      <Asked query={broadcasts}>
        {(read) =>
          itemsOf(read).length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <WideTable minWidth={560}>
              <Table highlightOnHover verticalSpacing="xs">
                <Table.Tbody>
                  {itemsOf(read).map((broadcast) => (
                    <BroadcastRow
                      key={broadcast.id}
                      broadcast={broadcast}
                      open={() => setOpenId(broadcast.id)}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )
        }
      </Asked>
      <MoreButton query={broadcasts} />
      <Drawer
        opened={isNew}
        onClose={() => setNew(false)}
        position="right"
        size="lg"
        title={texts.draft}
        closeButtonProps={{ "aria-label": close }}
      >
        {isNew && <DraftForm texts={{}} isSaving={draft.isPending} save={create} />}
      </Drawer>
      <BroadcastDrawer id={openId} onClose={() => setOpenId(null)} />
    </>
  );
};
