import { Button, NativeSelect, Table, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import {
  type SecurityEvent,
  type SecurityEventKind,
  useNames,
  useSecurityEvents,
} from "../../queries/audit.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useAuditTexts } from "../../texts/audit.ts";
import { useShellTexts } from "../../texts/shell.ts";

/** The random end of an id, by which one is told from another. */
const shortOf = (id: string): string => `…${id.slice(-6)}`;

interface EventRowProps {
  readonly event: SecurityEvent;
  readonly names: ReadonlyMap<string, string>;
}

const EventRow = ({ event, names }: EventRowProps) => {
  const texts = useAuditTexts();
  const { moment } = useFormat();
  const { at, kind, userId, actorId, ip, userAgent, detail } = event;
  const personOf = (id: string | null) => (id === null ? "–" : (names.get(id) ?? shortOf(id)));
  return (
    <Table.Tr>
      <Table.Td className="number">{moment(at)}</Table.Td>
      <Table.Th scope="row" fw={500}>
        {texts.kinds[kind]}
      </Table.Th>
      <Table.Td>{personOf(userId)}</Table.Td>
      <Table.Td>{actorId !== null && actorId === userId ? texts.self : personOf(actorId)}</Table.Td>
      <Table.Td>
        <bdi>{ip ?? "–"}</bdi>
        <Text size="xs" c="dimmed" lineClamp={1} maw={220} title={userAgent ?? ""}>
          {userAgent}
        </Text>
      </Table.Td>
      <Table.Td className="breakable">{detail}</Table.Td>
    </Table.Tr>
  );
};

const EventTable = ({ events }: { readonly events: readonly SecurityEvent[] }) => {
  const { columns } = useAuditTexts();
  const ids = useMemo(
    () =>
      [...new Set(events.flatMap(({ userId, actorId }) => [userId, actorId]))].filter((id) => id !== null),
    [events],
  );
  const names = useNames(ids);
  return (
    <WideTable minWidth={820}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {Object.values(columns).map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <EventRow key={event.id} event={event} names={names} />
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
};

/** Whose events are shown, and the way back to everybody's. */
const Person = ({ userId, onClear }: { readonly userId: string; onClear(): void }) => {
  const texts = useAuditTexts();
  const name = useNames([userId]).get(userId) ?? shortOf(userId);
  return (
    <>
      <Text size="sm">{texts.only(name)}</Text>
      <Button variant="default" onClick={onClear}>
        {texts.everybody}
      </Button>
    </>
  );
};

/** What happened around sign-in and rights: of everybody, or of the person whom the address names. */
export const AuditPage = () => {
  const texts = useAuditTexts();
  const { pages } = useShellTexts();
  const [params, setParams] = useSearchParams();
  const [kind, setKind] = useState<SecurityEventKind | null>(null);
  const userId = params.get("user");
  const events = useSecurityEvents({ kind, userId });
  const kinds = Object.entries(texts.kinds).map(([value, label]) => ({ value, label }));
  return (
    <>
      <PageHead title={pages.audit}>
        {userId !== null && <Person userId={userId} onClear={() => setParams({})} />}
        <NativeSelect
          aria-label={texts.kind}
          value={kind ?? ""}
          data={[{ value: "", label: texts.allKinds }, ...kinds]}
          onChange={({ currentTarget: { value } }) =>
            setKind(value === "" ? null : (value as SecurityEventKind))
          }
        />
      </PageHead>
      <Text size="sm" c="dimmed" mb="md">
        {texts.lead}
      </Text>
      <Asked query={events} lines={8}>
        {(read) =>
          itemsOf(read).length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <EventTable events={itemsOf(read)} />
          )
        }
      </Asked>
      <MoreButton query={events} />
    </>
  );
};
