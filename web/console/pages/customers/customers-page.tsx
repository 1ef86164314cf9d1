import { Badge, Button, Group, Menu, NativeSelect, Table } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useFormat } from "../../../shared/format.ts";
import { useSession } from "../../../shared/kiosk.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { type User, useChangeUser, useCustomers } from "../../queries/customers.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useCustomersTexts } from "../../texts/customers.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { EraseDialog } from "./erase-dialog.tsx";

const useRoleChoices = () =>
  Object.entries(useCustomersTexts().roles).map(([value, label]) => ({ value, label }));

const MoreMenu = ({ user, erase }: { readonly user: User; readonly erase: (() => void) | null }) => {
  const texts = useCustomersTexts();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm" variant="default" aria-label={texts.more(user.name)}>
          ⋯
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} href={`/audit?user=${user.id}`}>
          {texts.log}
        </Menu.Item>
        {erase !== null && (
          <Menu.Item c="var(--mantine-color-error)" onClick={erase}>
            {texts.erase}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
};

const UserRow = ({ user, erase }: { readonly user: User; erase(user: User): void }) => {
  const texts = useCustomersTexts();
  const { moment } = useFormat();
  const choices = useRoleChoices();
  const change = useChangeUser();
  // Nobody changes themselves: the last admin would be gone with a slip.
  const isSelf = useSession()?.user.id === user.id;
  const isBlocked = user.status === "blocked";
  const { name } = user;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name} {isSelf && `(${texts.you})`}
      </Table.Th>
      <Table.Td className="number">{user.phone ?? "–"}</Table.Td>
      <Table.Td>
        <NativeSelect
          size="xs"
          aria-label={texts.roleOf(name)}
          value={user.role}
          disabled={isSelf || change.isPending}
          data={choices}
          onChange={({ currentTarget: { value } }) =>
            change.mutate({ user, changes: { role: value as User["role"] } })
          }
        />
      </Table.Td>
      <Table.Td>{moment(user.createdAt)}</Table.Td>
      <Table.Td>
        <Badge variant="dot" color={isBlocked ? "red" : "kiosk"} tt="none">
          {isBlocked ? texts.blocked : texts.active}
        </Badge>
      </Table.Td>
      <Table.Td ta="end">
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            disabled={isSelf || change.isPending}
            aria-label={isBlocked ? texts.unblockOf(name) : texts.blockOf(name)}
            onClick={() => change.mutate({ user, changes: { status: isBlocked ? "active" : "blocked" } })}
          >
            {isBlocked ? texts.unblock : texts.block}
          </Button>
          <MoreMenu user={user} erase={isSelf ? null : () => erase(user)} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

/** Everybody who has an account: what they may do, and whether they may come in. */
export const CustomersPage = () => {
  const texts = useCustomersTexts();
  const { pages } = useShellTexts();
  const choices = useRoleChoices();
  const [q, setQ] = useState("");
  const [role, setRole] = useState<User["role"] | null>(null);
  const [erased, erase] = useState<User | null>(null);
  const users = useCustomers(q, role);
  const { columns } = texts;
  return (
    <>
      <PageHead title={pages.customers}>
        <NativeSelect
          aria-label={texts.role}
          value={role ?? ""}
          data={[{ value: "", label: texts.allRoles }, ...choices]}
          onChange={({ currentTarget: { value } }) => setRole(value === "" ? null : (value as User["role"]))}
        />
        <SearchField label={texts.search} onSearch={setQ} />
      </PageHead>
      <Asked query={users} lines={8}>
        {(read) =>
          itemsOf(read).length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <WideTable minWidth={760}>
              <Table highlightOnHover verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    {[columns.name, columns.phone, columns.role, columns.since, columns.status].map(
                      (name) => (
                        <Table.Th key={name} scope="col">
                          {name}
                        </Table.Th>
                      ),
                    )}
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {itemsOf(read).map((user) => (
                    <UserRow key={user.id} user={user} erase={erase} />
                  ))}
                </Table.Tbody>
              </Table>
            </WideTable>
          )
        }
      </Asked>
      <MoreButton query={users} />
      <EraseDialog user={erased} onClose={() => erase(null)} />
    </>
  );
};
