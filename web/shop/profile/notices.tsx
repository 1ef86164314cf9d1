import { Group, Skeleton, Stack, Switch, Text, TextInput } from "@mantine/core";
import { Failure } from "../../shared/states.tsx";
import { type Preferences, useChangePreferences, usePreferences } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";
import { Mail } from "./mail.tsx";

const CATEGORIES = ["orders", "backInStock", "marketing"] as const;
const NIGHT = { from: "22:00", to: "08:00" };

interface ChoicesProps {
  readonly preferences: Preferences;
  readonly onChange: (preferences: Preferences) => void;
}

const QuietHours = ({ preferences, onChange }: ChoicesProps) => {
  const { profile } = useShopTexts();
  const { quietHours } = preferences;
  const time = (end: "from" | "to") => ({
    type: "time",
    label: profile[end],
    value: quietHours?.[end] ?? "",
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      if (quietHours !== null && currentTarget.value !== "")
        onChange({ ...preferences, quietHours: { ...quietHours, [end]: currentTarget.value } });
    },
  });
  return (
    <>
      <Switch
        label={profile.quiet}
        description={profile.quietHint}
        checked={quietHours !== null}
        onChange={() => onChange({ ...preferences, quietHours: quietHours === null ? NIGHT : null })}
        size="md"
      />
      {quietHours !== null && (
        <Group>
          <TextInput {...time("from")} />
          <TextInput {...time("to")} />
        </Group>
      )}
    </>
  );
};

const Choices = ({ preferences, onChange }: ChoicesProps) => {
  const { profile } = useShopTexts();
  const { categories } = preferences;
  return (
    <Stack gap="md">
      {CATEGORIES.map((category) => (
        <Switch
          key={category}
          label={profile[category]}
          checked={categories[category] ?? false}
          onChange={() =>
            onChange({ ...preferences, categories: { ...categories, [category]: !categories[category] } })
          }
          size="md"
        />
      ))}
      <QuietHours preferences={preferences} onChange={onChange} />
      <Text size="sm" c="dimmed">
        {profile.noticesHint}
      </Text>
    </Stack>
  );
};

/** What the bot writes about, and when it is quiet. A choice counts as soon as it is made. */
export const Notices = () => {
  const { profile } = useShopTexts();
  const preferences = usePreferences();
  const changing = useChangePreferences();
  // All choices go together, as they are shown: what was chosen last, until the shop has said so.
  const shown = changing.isPending ? { ...preferences.data, ...changing.variables } : preferences.data;
  return (
    <section className="panel" aria-labelledby="notices">
      <h2 id="notices" className="section-title">
        {profile.notices}
      </h2>
      {preferences.isPending && <Skeleton height={120} />}
      {preferences.isError && (
        <Failure error={preferences.error} onRetry={() => void preferences.refetch()} />
      )}
      {shown !== undefined && (
        <Choices
          preferences={shown}
          onChange={({ categories, quietHours, language }) =>
            changing.mutate({ categories, quietHours, language })
          }
        />
      )}
      {changing.isError && <Failure error={changing.error} />}
      {preferences.data !== undefined && <Mail state={preferences.data.email} />}
    </section>
  );
};
