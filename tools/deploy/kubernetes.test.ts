import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { type PartName, partNames, portOf, readBootConfig } from "../../boot/config.ts";
import { reportSuite } from "../../shared/testing/suite-report.ts";
import { schemaProblems, unknownFields } from "./kubernetes-types.ts";
import { type Container, type Manifest, manifestSchema, manifestsIn, workloadSchema } from "./manifests.ts";
import { problemsOfPart, sampleOf, unknownVariables } from "./testing/part-environment.ts";
import { inRepository, parseDocuments } from "./yaml-files.ts";

// The compiler, on a machine that may be busy.
setDefaultTimeout(60_000);

const base = manifestsIn("deploy/k8s/base");
const migration = manifestsIn("deploy/k8s/migrate");
const [secretExample] = manifestsIn("deploy/k8s/examples").filter(({ kind }) => kind === "Secret");
const ofKind = (kind: string): readonly Manifest[] => base.filter((manifest) => manifest.kind === kind);
const deployments = ofKind("Deployment").map((manifest) => workloadSchema.parse(manifest));
const job = workloadSchema.parse(migration[0]);
const containerOf = ({ spec }: (typeof deployments)[number]): Container =>
  spec.template.spec.containers[0] as Container;

const [config] = ofKind("ConfigMap").map((manifest) =>
  z.looseObject({ data: z.record(z.string(), z.string()) }).parse(manifest),
);
const secretKeys = Object.keys(
  z.looseObject({ stringData: z.record(z.string(), z.literal("")) }).parse(secretExample).stringData,
);
const secretNames = ({ env }: Container) => env.map(({ name }) => name);

describe("deploy/k8s", () => {
  test("every manifest is what the API server takes, without a field that there is not", async () => {
    const manifests = [...base, ...migration, ...(secretExample ? [secretExample] : [])];
    expect(manifests.length).toBeGreaterThan(30);
    expect((await Promise.all(manifests.map(schemaProblems))).flat()).toEqual([]);
    expect(await unknownFields(manifests)).toBe("");
  });

  test("the test of the test: a wrong type and a wrong name are found", async () => {
    const [service] = ofKind("Service");
    const spelled = manifestSchema.parse({ ...service, spec: { selecter: {} } });
    const typed = manifestSchema.parse({ ...service, spec: { ports: "3000" } });
    expect(await schemaProblems(typed)).toEqual([expect.stringContaining("ports")]);
    expect(await unknownFields([spelled])).toContain("selecter");
  });

  test("each part is a deployment with its service, its budget of disruptions and its scaling", () => {
    const named = (kind: string) =>
      ofKind(kind)
        .map(({ metadata }) => metadata.name)
        .toSorted();
    for (const kind of ["Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"])
      expect([kind, named(kind)]).toEqual([kind, [...partNames].toSorted()]);
  });

  for (const deployment of deployments) {
    const part = deployment.metadata.name as PartName;
    const container = containerOf(deployment);

    test(`${part} could start with what it is given, and listens where the others look for it`, () => {
      expect(container.args).toEqual([part]);
      expect(container.envFrom.map(({ configMapRef }) => configMapRef.name)).toEqual(["kiosk"]);
      expect(unknownVariables([...Object.keys(config?.data ?? {}), ...secretNames(container)])).toEqual([]);
      const secrets = Object.fromEntries(secretNames(container).map((name) => [name, sampleOf(name)]));
      const environment = { ...config?.data, ...secrets };
      const sound = { ...environment, TELEGRAM_BOT_ID: "" };
      expect(problemsOfPart(part, sound)).toEqual([]);
      const { port } = portOf(readBootConfig({ ...sound, SANDBOX_TOKEN: "s".repeat(32) }), part);
      expect(container.ports).toEqual([{ name: "http", containerPort: port }]);
      if (part !== "gateway")
        expect(config?.data[`${part.toUpperCase()}_URL`]).toBe(`http://${part}:${port}`);
    });

    test(`${part} is what the restricted standard asks for, and is asked whether it lives and is ready`, () => {
      const { spec } = deployment.spec.template;
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(Object.keys(container.resources.requests).toSorted()).toEqual(["cpu", "memory"]);
      expect(container.resources.limits.memory).toBeDefined();
      const { startupProbe, livenessProbe, readinessProbe } = container;
      for (const asked of [startupProbe, livenessProbe, readinessProbe])
        expect(asked?.httpGet?.port ?? asked?.tcpSocket?.port).toBe("http");
      if (part !== "gateway")
        expect([livenessProbe?.httpGet?.path, readinessProbe?.httpGet?.path]).toEqual(["/health", "/ready"]);
    });

    test(`${part}: selectors and volumes point to what there is`, () => {
      const podLabels = deployment.spec.template.metadata.labels;
      expect(deployment.spec.selector?.matchLabels).toEqual(podLabels);
      const volumes = new Set(deployment.spec.template.spec.volumes.map(({ name }) => name));
      expect(container.volumeMounts.filter(({ name }) => !volumes.has(name))).toEqual([]);
      const one = (kind: string) => ofKind(kind).find(({ metadata }) => metadata.name === part);
      expect(one("Service")).toMatchObject({
        spec: { selector: podLabels, ports: [{ targetPort: "http" }] },
      });
      expect(one("PodDisruptionBudget")).toMatchObject({ spec: { selector: { matchLabels: podLabels } } });
      expect(one("HorizontalPodAutoscaler")).toMatchObject({
        spec: { scaleTargetRef: { kind: "Deployment", name: part }, minReplicas: 2 },
      });
    });
  }

  test("secrets are read from one secret whose example names them all, each part only its own", () => {
    const used = [...deployments, job].flatMap((workload) => containerOf(workload).env);
    for (const { name, valueFrom } of used)
      expect(valueFrom.secretKeyRef).toMatchObject({ name: "kiosk", key: name });
    expect([...new Set(used.map(({ name }) => name))].toSorted()).toEqual(secretKeys.toSorted());
    const having = (variable: string) =>
      deployments
        .filter((deployment) => secretNames(containerOf(deployment)).includes(variable))
        .map(({ metadata }) => metadata.name);
    expect([having("JWT_PRIVATE_JWK"), having("OTP_PEPPER"), having("TELEGRAM_BOT_TOKEN")]).toEqual([
      ["auth"],
      ["auth"],
      ["notify"],
    ]);
    for (const name of partNames.filter((part) => part !== "gateway"))
      expect(having(`${name.toUpperCase()}_DATABASE_URL`)).toEqual([name]);
    expect(Object.keys(config?.data ?? {}).filter((name) => secretKeys.includes(name))).toEqual([]);
  });

  test("nobody reaches anybody unless a policy says so, and every port of a part is in one", () => {
    const policies = ofKind("NetworkPolicy");
    expect(policies.find(({ metadata }) => metadata.name === "nobody")).toMatchObject({
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    const parts = policies.find(({ metadata }) => metadata.name === "parts");
    const said = JSON.stringify(parts);
    for (const deployment of deployments)
      for (const { containerPort } of containerOf(deployment).ports)
        expect(said.split(`"port":${containerPort}`)).toHaveLength(3);
  });

  test("the certificate that the ingress asks for can be had: who asks for its proof reaches the pod that gives it", () => {
    const [ingress] = ofKind("Ingress");
    expect(ingress?.metadata).toMatchObject({
      annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
    });
    // As cert-manager labels the pod, and where that listens: https://cert-manager.io/docs/configuration/acme/http01/
    expect(ofKind("NetworkPolicy").find(({ metadata }) => metadata.name === "certificates")).toMatchObject({
      spec: {
        podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } } },
            ],
            ports: [{ protocol: "TCP", port: 8089 }],
          },
        ],
      },
    });
  });

  test("the ingress leads to the gateway's port, over TLS for the same host", () => {
    expect(ofKind("Ingress")).toMatchObject([
      {
        spec: {
          tls: [{ hosts: ["shop.example"] }],
          rules: [
            {
              host: "shop.example",
              http: { paths: [{ backend: { service: { name: "gateway", port: { name: "http" } } } }] },
            },
          ],
        },
      },
    ]);
    expect(config?.data.GATEWAY_URL).toBe("https://shop.example");
    // Its controller logs whole paths: that of the webhook holds a secret.
    const quiet = { "nginx.ingress.kubernetes.io/enable-access-log": "false" };
    expect(ofKind("Ingress")).toMatchObject([{ metadata: { annotations: quiet } }]);
  });

  test("the job of migrations runs a command that there is, as the parts run", () => {
    const container = containerOf(job);
    expect(container.command).toEqual(["bun", "tools/db-migrate.ts"]);
    expect(container.securityContext).toEqual(containerOf(deployments[0] ?? job).securityContext);
  });
});

const kubectl = Bun.which("kubectl");
const TITLE = "overlays of deploy/k8s, as kubectl builds them";
const reason = kubectl === null ? "there is no kubectl" : null;
reportSuite({ title: TITLE, outcome: reason === null ? "ran" : "skipped", reason: reason ?? "kubectl" });

describe.skipIf(reason !== null)(TITLE, () => {
  const build = async (folder: string): Promise<readonly Manifest[]> => {
    const child = Bun.spawn([kubectl ?? "", "kustomize", inRepository(folder)], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    expect([exitCode, err]).toEqual([0, ""]);
    return parseDocuments(out, folder).map((document) => manifestSchema.parse(document));
  };

  for (const [folder, namespace] of [
    ["deploy/k8s/overlays/staging", "kiosk-staging"],
    ["deploy/k8s/overlays/production", "kiosk"],
    ["deploy/k8s/migrate", "kiosk"],
  ] as const) {
    test(`${folder} is all of one namespace, of one version, and what the API server takes`, async () => {
      const built = await build(folder);
      expect((await Promise.all(built.map(schemaProblems))).flat()).toEqual([]);
      for (const { kind, metadata } of built)
        expect([kind, kind === "Namespace" ? metadata.name : metadata.namespace]).toEqual([kind, namespace]);
      const images = built
        .filter(({ kind }) => kind === "Deployment" || kind === "Job")
        .map((manifest) => containerOf(workloadSchema.parse(manifest)).image);
      expect(new Set(images).size).toBe(1);
      expect(images[0]).toMatch(/^registry\.example\/kiosk:\S+$/);
    });
  }
});
