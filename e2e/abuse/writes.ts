import { z } from "zod";

/** A route that takes JSON, by the merged document. */
export interface Write {
  readonly method: string;
  readonly path: string;
  /** Names of the fields that it takes, in any of its shapes. */
  readonly fields: ReadonlySet<string>;
  /** Of a body of several shapes an example of each; none of any other. */
  readonly shapes: readonly object[];
}

const bodySchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  examples: z.array(z.looseObject({})).optional(),
  get anyOf() {
    return z.array(bodySchema).optional();
  },
});
type Body = z.infer<typeof bodySchema>;

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) })
          .optional(),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).optional() }).optional(),
});

const NOBODYS_ID = "0192f0c0-0000-7000-8000-00000000dead";

const examplesOf = ({ anyOf }: Body, named: (schema: unknown) => Body): object[] =>
  (anyOf ?? []).flatMap((shape) => named(shape).examples ?? []);

const fieldsOf = (body: Body, named: (schema: unknown) => Body): string[] => [
  ...Object.keys(body.properties ?? {}),
  ...(body.anyOf ?? []).flatMap((shape) => fieldsOf(named(shape), named)),
];

/** Every route of the document that takes JSON, with ids that are nobody's. */
export const readWrites = async (url: string): Promise<Write[]> => {
  const { paths, components } = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  const named = (schema: unknown): Body => {
    const { $ref } = z.looseObject({ $ref: z.string().optional() }).parse(schema);
    return bodySchema.parse(
      $ref === undefined ? schema : components?.schemas?.[$ref.split("/").at(-1) ?? ""],
    );
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content["application/json"]?.schema;
      if (schema === undefined) return [];
      return [
        {
          method: method.toUpperCase(),
          path: path.replaceAll(/\{[^}]+\}/g, NOBODYS_ID),
          fields: new Set(fieldsOf(named(schema), named)),
          shapes: examplesOf(named(schema), named),
        },
      ];
    }),
  );
};

export const nameOf = ({ method, path }: Write): string => `${method} ${path}`;
