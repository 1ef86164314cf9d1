import { Button, Popover, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { SubmitEvent } from "react";
import { PlusIcon } from "../shared/icons.tsx";
import { Failure } from "../shared/states.tsx";
import { type Player, useAddPlayer } from "./people.ts";
import type { SandboxApi } from "./sandbox-api.ts";
import { useSandboxTexts } from "./texts.ts";

const TONES = 5;
const NAMES = ["Ben", "Chidi", "Dalia", "Emeka", "Farah", "Goran", "Hanako", "Ines", "Jamal"];
/** A range that is kept for fiction. */
const phoneAt = (index: number): string => `+1202555${String(100 + (index % 100)).padStart(4, "0")}`;

const suggestion = (players: readonly Player[]) => {
  const taken = new Set(players.map(({ phone }) => phone));
  const free = Array.from({ length: 100 }, (_, index) => phoneAt(index)).find((phone) => !taken.has(phone));
  const name = NAMES.find((each) => !players.some(({ firstName }) => firstName === each));
  return { firstName: name ?? "", phone: free ?? "" };
};

interface PeopleBarProps {
  readonly sandbox: SandboxApi;
  readonly players: readonly Player[];
  readonly chosen: Player;
  readonly signedIn: readonly number[];
  onChoose(id: number): void;
}

const AddPerson = ({
  sandbox,
  players,
  onChoose,
}: Pick<PeopleBarProps, "sandbox" | "players" | "onChoose">) => {
  const { add } = useSandboxTexts();
  const [isOpen, form] = useDisclosure(false);
  const adding = useAddPlayer(sandbox, ({ id }) => {
    form.close();
    onChoose(id);
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    adding.mutate({ firstName: String(fields.get("firstName")), phone: String(fields.get("phone")) });
  };
  const suggested = suggestion(players);
  return (
    <Popover
      opened={isOpen}
      onChange={form.toggle}
      trapFocus
      returnFocus
      width={280}
      position="bottom-start"
      shadow="md"
    >
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          c="inherit"
          leftSection={<PlusIcon />}
          onClick={form.toggle}
          h={44}
        >
          {add.title}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={add.title}>
        <form onSubmit={submit} autoComplete="off">
          <Stack gap="sm">
            <TextInput
              name="firstName"
              label={add.firstName}
              defaultValue={suggested.firstName}
              required
              maxLength={64}
              data-autofocus
            />
            <TextInput
              name="phone"
              type="tel"
              label={add.phone}
              description={add.phoneHint}
              defaultValue={suggested.phone}
              required
              maxLength={24}
              dir="ltr"
            />
            {adding.isError && <Failure error={adding.error} />}
            <Button type="submit" loading={adding.isPending}>
              {add.submit}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
};

/** Whom one can be, each with a browser and a phone of their own. */
export const PeopleBar = ({ sandbox, players, chosen, signedIn, onChoose }: PeopleBarProps) => {
  const texts = useSandboxTexts();
  return (
    <nav className="people" aria-label={texts.people}>
      <ul>
        {players.map(({ id, firstName, isMerchant }) => (
          <li key={id}>
            <button
              type="button"
              className="person"
              aria-current={id === chosen.id ? "true" : undefined}
              onClick={() => onChoose(id)}
            >
              <span className="avatar" data-tone={id % TONES} aria-hidden="true">
                {[...firstName][0]?.toUpperCase()}
              </span>
              <span className="person-words">
                <bdi>{firstName}</bdi>
                <small>
                  {isMerchant ? texts.merchant : texts.customer}
                  {signedIn.includes(id) && ` · ${texts.signedIn}`}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <AddPerson sandbox={sandbox} players={players} onChoose={onChoose} />
    </nav>
  );
};
