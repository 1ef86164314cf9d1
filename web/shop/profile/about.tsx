import { Button, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import type { Schemas } from "../../../client/index.ts";
import { type Language, languageNames, languages, useLanguage } from "../../shared/language.tsx";
import { Failure } from "../../shared/states.tsx";
import { useChangeProfile } from "../queries/account.ts";
import { useShopTexts } from "../texts/texts.ts";

const NAME_MAX = 200;
const EMAIL_MAX = 254;
/** The shop looks closer; this only catches slips. */
const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
const LANGUAGES = languages.map((value) => ({ value, label: languageNames[value] }));
const isOurs = (tag: string): tag is Language => (languages as readonly string[]).includes(tag);

/** The name, the address for mail and the language: of the messages, and from then on of this page. */
export const About = ({ user }: { readonly user: Schemas["User"] }) => {
  const { profile } = useShopTexts();
  const { language: pageLanguage, choose } = useLanguage();
  const [name, setName] = useState(user.name);
  const [language, setLanguage] = useState<Language>(isOurs(user.language) ? user.language : pageLanguage);
  const [email, setEmail] = useState(user.email ?? "");
  const changing = useChangeProfile();
  const isWrong = name.trim() === "" || name.length > NAME_MAX;
  const [isChecked, setChecked] = useState(false);
  const isEmailWrong = email.trim() !== "" && !isAddress(email.trim());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isWrong || isEmailWrong) return;
    const changes = { name: name.trim(), email: email.trim() === "" ? null : email.trim(), language };
    changing.mutate(changes, { onSuccess: () => choose(language) });
  };
  return (
    <section className="panel" aria-labelledby="about">
      <h2 id="about" className="section-title">
        {profile.about}
      </h2>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={profile.name}
            value={name}
            error={isWrong && profile.nameWrong}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            autoComplete="name"
            size="md"
          />
          <TextInput
            label={profile.email}
            description={profile.emailHint}
            value={email}
            error={isChecked && isEmailWrong && profile.emailWrong}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            type="email"
            autoComplete="email"
            maxLength={EMAIL_MAX}
            dir="ltr"
            size="md"
          />
          <NativeSelect
            label={profile.language}
            data={LANGUAGES}
            value={language}
            onChange={({ currentTarget }) => setLanguage(currentTarget.value as Language)}
            size="md"
          />
          {user.phone !== null && (
            <Text size="sm" c="dimmed">
              {profile.phone}: <bdi>{user.phone}</bdi>
            </Text>
          )}
          {changing.isError && <Failure error={changing.error} />}
          <Button type="submit" loading={changing.isPending}>
            {profile.save}
          </Button>
          <Text size="sm" role="status">
            {changing.isSuccess ? profile.saved : ""}
          </Text>
        </Stack>
      </form>
    </section>
  );
};
