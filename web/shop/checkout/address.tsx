import type { Schemas } from "../../../client/index.ts";
import { useLanguage } from "../../shared/language.tsx";
import { countryName } from "./countries.ts";

/** An address as it stands on a parcel. */
export const Address = ({ address }: { readonly address: Schemas["Address"] }) => {
  const { language } = useLanguage();
  const { recipient, line1, line2, postalCode, city, country } = address;
  const lines = [
    recipient,
    line1,
    line2,
    [postalCode, city].filter(Boolean).join(" "),
    countryName(country, language),
  ];
  return (
    <address className="address">
      {lines
        .filter((line): line is string => line !== undefined && line !== "")
        .map((line) => (
          <bdi key={line}>{line}</bdi>
        ))}
    </address>
  );
};
