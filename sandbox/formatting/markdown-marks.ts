/** Entities by TDLib's names, which stand in its error texts. */
export const ENTITY_TYPES = {
  Bold: "bold",
  Italic: "italic",
  Underline: "underline",
  Strikethrough: "strikethrough",
  Spoiler: "spoiler",
  Code: "code",
  Pre: "pre",
  PreCode: "pre",
  TextUrl: "text_link",
  CustomEmoji: "custom_emoji",
  BlockQuote: "blockquote",
  ExpandableBlockQuote: "expandable_blockquote",
} as const;
export type Kind = keyof typeof ENTITY_TYPES;

/** What has to be escaped unless it says something. */
export const RESERVED = "_*[]()~`>#+-=|{}.!\n";
/** Inside of these a back-tick alone says something. */
export const CODE_KINDS: ReadonlySet<Kind> = new Set(["Code", "Pre", "PreCode"]);

/** What ends an entity; a quote and italics have rules of their own. */
export const ENDS: Readonly<Record<Exclude<Kind, "BlockQuote" | "ExpandableBlockQuote" | "Italic">, string>> =
  {
    Bold: "*",
    Code: "`",
    Pre: "```",
    PreCode: "```",
    TextUrl: "]",
    Underline: "__",
    Strikethrough: "~",
    Spoiler: "||",
    CustomEmoji: "]",
  };

/** What begins here and how many characters say so; undefined for a character that has to be escaped. */
export function entityAt(
  { source, at, mayStartQuote }: { source: string; at: number; mayStartQuote: boolean },
  character: string,
) {
  const isDouble = source[at + 1] === character;
  switch (character) {
    case "_":
      return isDouble
        ? ({ kind: "Underline", length: 2 } as const)
        : ({ kind: "Italic", length: 1 } as const);
    case "*":
      return { kind: "Bold", length: 1 } as const;
    case "~":
      return { kind: "Strikethrough", length: 1 } as const;
    case "|":
      return isDouble ? ({ kind: "Spoiler", length: 2 } as const) : undefined;
    case "[":
      return { kind: "TextUrl", length: 1 } as const;
    case "`":
      return { kind: "Code", length: 1 } as const;
    case "!":
      return source[at + 1] === "[" ? ({ kind: "CustomEmoji", length: 2 } as const) : undefined;
    case ">":
      return mayStartQuote ? ({ kind: "BlockQuote", length: 1 } as const) : undefined;
    default:
      return undefined;
  }
}
