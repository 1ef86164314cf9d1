import { expect, test } from "bun:test";
import { createMetrics } from "./metrics.ts";

const page = (metrics: ReturnType<typeof createMetrics>) => metrics.registry.metrics();

test("durations of requests are a histogram, by service, method, route and status", async () => {
  const metrics = createMetrics();
  const labels = { service: "catalog", method: "GET", route: "/v1/products/:id", status: 200 };
  metrics.request(labels, 0.0004);
  metrics.request({ ...labels, status: 404 }, 0.3);
  const count = metrics.counted("catalog", "GET");
  count("/v1/products/:id", 200, 0.002);
  count("/v1/products/:id", 200, 9);
  const text = await page(metrics);
  expect(text).toContain("# TYPE http_request_duration_seconds histogram");
  const bucket = (le: string, status = 200) =>
    Number(
      new RegExp(
        `http_request_duration_seconds_bucket\\{le="${le}",service="catalog",method="GET",route="/v1/products/:id",status="${status}"\\} (\\d+)`,
      ).exec(text)?.[1],
    );
  expect(["0.001", "0.0025", "5", "\\+Inf"].map((le) => bucket(le))).toEqual([1, 2, 2, 3]);
  expect(["0.25", "0.5", "\\+Inf"].map((le) => bucket(le, 404))).toEqual([0, 1, 1]);
  const own = `service="catalog",method="GET",route="/v1/products/:id",status="200"`;
  expect(text).toContain(`http_request_duration_seconds_count{${own}} 3`);
  expect(text).toMatch(new RegExp(`http_request_duration_seconds_sum\\{${own}\\} 9\\.00`));
  // The same for a program.
  const [durations] = await metrics.registry.getMetricsAsJSON();
  expect(durations).toMatchObject({ name: "http_request_duration_seconds", type: "histogram" });
});

test("a counter that is kept elsewhere says what it is when somebody looks, however often", async () => {
  const metrics = createMetrics();
  const counts = { a: 0, b: 5 };
  metrics.total("reads_total", "Reads", { layer: "a" }, () => counts.a);
  metrics.total("reads_total", "Reads", { layer: "b" }, () => counts.b);
  await page(metrics);
  counts.a = 7;
  const text = await page(metrics);
  expect(text).toContain("# TYPE reads_total counter");
  expect(text).toContain('reads_total{layer="a"} 7');
  expect(text).toContain('reads_total{layer="b"} 5');
});
