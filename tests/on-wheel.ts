/**
 * The app as a stranger uses it: the wheel, in a fresh Django project with models of its own, and the lines that
 * django/shop_mcp/README.md says to add. `bun run test:app` runs it; it needs Python 3.11.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPrograms, buildServer } from "../scripts/build.ts";
import { buildWheel } from "../scripts/build-django.ts";
import { ended, makeWheelVenv, runOrThrow, startServer } from "../scripts/django.ts";
import { run as runDoctor } from "../scripts/doctor/doctor.ts";
import { MEMORY_LANES, lanes, textOf } from "./harness/lanes.ts";

const MAX_LINES = 40;
/** The shop of the stranger. Nothing in it knows of the contract. */
const MODELS = `
from django.conf import settings
from django.db import models

class Product(models.Model):
    title = models.CharField(max_length=200)
    blurb = models.TextField(blank=True)
    genre = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)

class Order(models.Model):
    number = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    state = models.CharField(max_length=1, choices=[("N", "new"), ("P", "packed"), ("S", "sent"), ("X", "cancelled")])
    created = models.DateTimeField()

    @property
    def total(self):
        return sum(line.unit_price * line.pieces for line in self.lines.all())

class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)
    pieces = models.PositiveIntegerField(default=1)
`;
const SEED = `
from datetime import datetime, timezone
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from books.models import *

for name in ("mia", "leo"):
    Token.objects.create(user=User.objects.create_user(name), key=f"{name}-token")
atlas = Product.objects.create(title="A Brown Atlas", blurb="Maps of the earth.", genre="Maps", price="30.00", stock=5)
Product.objects.create(title="Bees", blurb="Of honey.", genre="Nature", price="9.50")
Product.objects.create(title="A Dune", blurb="Of sand.", genre="Nature", price="12.00", stock=1)
for day, (number, state, name) in enumerate([("B-1", "N", "mia"), ("B-2", "S", "mia"), ("B-3", "N", "leo")], 1):
    created = datetime(2026, 11, day, tzinfo=timezone.utc)
    order = Order.objects.create(number=number, state=state, buyer=User.objects.get(username=name), created=created)
    Line.objects.create(order=order, product=atlas, unit_price="30.00", pieces=2)
`;
/** The code that django/shop_mcp/README.md says to add, by the file that it belongs into. */
const readme = await Bun.file(new URL("../django/shop_mcp/README.md", import.meta.url)).text();
const [section = ""] = /<!-- app -->[^]*<!-- \/app -->/.exec(readme) ?? [];
const added = [...section.matchAll(/```python\n# (\S+)\n([^]*?)```/g)].map(
  ([, file = "", code = ""]) => ({ file, code }),
);

const folder = mkdtempSync(join(tmpdir(), "fresh-project-"));
let python = "";
let shop: Awaited<ReturnType<typeof startServer>>;
const manage = (...args: string[]) =>
  runOrThrow([python, "manage.py", ...args], { cwd: folder, env: { PYTHONWARNINGS: "ignore" } });

beforeAll(async () => {
  const wheel = await buildWheel();
  python = await makeWheelVenv();
  const pip = [python, "-m", "pip"];
  await runOrThrow([...pip, "install", "--quiet", "--force-reinstall", "--no-deps", wheel]);
  await runOrThrow([...pip, "check"]); // that its dependencies are there

  await runOrThrow([python, "-m", "django", "startproject", "project", "."], { cwd: folder });
  await manage("startapp", "books");
  await Bun.write(join(folder, "books", "models.py"), MODELS);
  const append = async (file: string, code: string) => {
    const path = join(folder, file.includes("/") ? file : `project/${file}`);
    const before = (await Bun.file(path).exists()) ? await Bun.file(path).text() : "";
    await Bun.write(path, `${before}\n${code}`);
  };
  await append("settings.py", 'INSTALLED_APPS += ["books"]\n');
  for (const { file, code } of added) await append(file, code);
  await manage("makemigrations", "books");
  await manage("migrate");
  await manage("shell", "--verbosity", "0", "--command", SEED);
  const waitress = [python, "-m", "waitress", "--listen=127.0.0.1:0", "project.wsgi:application"];
  shop = await startServer(waitress, { cwd: folder });
}, 120_000);
afterAll(async () => {
  await shop?.stop();
  rmSync(folder, { recursive: true });
});

test("at most 40 lines were added to the project", () => {
  expect(added.map(({ file }) => file)).toEqual(["settings.py", "books/api.py", "urls.py"]);
  const lines = added.flatMap(({ code }) => code.split("\n")).filter((line) => line.trim());
  expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
});

/** What of the code is the catalog: what is left without all that names orders and tokens. */
const catalog = added.map(({ file, code }) => ({
  file,
  code: code
    .split("\n\n\n")
    .filter((part) => !/^(class|def) \w*(Order|Line|cancel)/.test(part))
    .map((part) => part.replaceAll(/^(REST_FRAMEWORK|from shop_mcp\.changes) .*\n/gm, ""))
    .map((part) =>
      part.replaceAll(/"rest_framework\.authtoken", |\b(Line|Orders?), |, Orders\b/g, ""),
    )
    .join("\n\n\n"),
}));
test("the catalog alone is ten of them, besides imports", async () => {
  const lines = catalog.flatMap(({ code }) => code.trim().split(/\n+/));
  expect(lines.filter((line) => !/^(from|import) /.test(line))).toHaveLength(10);
  expect(lines.join("\n")).not.toMatch(/order|line|token/i);

  const project = mkdtempSync(join(tmpdir(), "catalog-"));
  await cp(folder, project, { recursive: true });
  await Bun.write(join(project, "books", "api.py"), catalog[1]?.code ?? "");
  const settings = await Bun.file(join(project, "project", "settings.py")).text();
  const urls = await Bun.file(join(project, "project", "urls.py")).text();
  const [shop, , paths] = added.map(({ code }) => code);
  await Bun.write(
    join(project, "project", "settings.py"),
    settings.replace(shop ?? "", catalog[0]?.code ?? ""),
  );
  await Bun.write(
    join(project, "project", "urls.py"),
    urls.replace(paths ?? "", catalog[2]?.code ?? ""),
  );
  const there = { cwd: project, env: { PYTHONWARNINGS: "ignore" } };
  expect(await runOrThrow([python, "manage.py", "check", "--tag", "shop_mcp"], there)).toContain(
    "no issues",
  );
  const search =
    "from django.test import Client; print(Client().get('/api/products/search/?q=maps', headers={'host': 'localhost'}).json()['results'][0]['name'])";
  const shell = [python, "manage.py", "shell", "--verbosity", "0", "--command", search];
  expect(await runOrThrow(shell, there)).toBe("A Brown Atlas\n");
  rmSync(project, { recursive: true });
});

test("the wheel has the app and its migration, the contract and no tests", async () => {
  const list = "import shop_mcp, pathlib; print(*pathlib.Path(shop_mcp.__path__[0]).rglob('*.*'))";
  const files = await runOrThrow([python, "-c", list], { cwd: folder });
  expect(files).toContain(".venvs"); // the installed one
  for (const file of ["0001_initial.py", "openapi.json", "shop_mcp_doctor.py", "README.md"])
    expect(files).toContain(file);
  expect(files).not.toContain("tests");
});

test("manage.py check finds nothing missing", async () => {
  expect(await manage("check", "--tag", "shop_mcp", "--database", "default")).toContain(
    "no issues",
  );
  expect(await manage("makemigrations", "--check", "--dry-run")).toContain("No changes");
});

test("manage.py shop_mcp_doctor is green", async () => {
  const { out, code } = await ended([python, "manage.py", "shop_mcp_doctor", "mia"], {
    cwd: folder,
  });
  const levels = out.split("\n").flatMap((line) => line.split(" ")[0] || []);
  expect({ levels: new Set(levels), code }).toEqual({ levels: new Set(["green"]), code: 0 });
  expect(out).toContain("an order of another customer is not found");
});

test("bun run doctor is green", async () => {
  const flags = ["--django", shop.url, "--token", "mia-token", "--second-token", "leo-token"];
  const { out = "", code } = await runDoctor([...flags, "--json"], {});
  const report: { lines: { check: string; level: string; says: string }[] } = JSON.parse(out); // as the doctor prints it
  expect(report.lines.filter(({ level }) => level !== "green")).toEqual([]);
  expect(code).toBe(0);
  const green = report.lines.filter(({ level }) => level === "green").map(({ check }) => check);
  expect(green).toEqual(
    expect.arrayContaining(["authentication", "search", "idempotency", "privacy", "cancelOrder"]),
  );
});

test.each(MEMORY_LANES)("the server serves it: %s", async (lane) => {
  const questions: string[] = [];
  const host = await lanes[lane](
    { django_api_base: shop.url, django_api_token: "mia-token" },
    {
      answer: async (question) => {
        questions.push(question);
        return questions.length === 1 ? "decline" : "accept";
      },
    },
  );
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = await host.callTool({ name, arguments: args });
    return result.isError ? textOf(result) : result.structuredContent;
  };
  const EUR = (amount: string) => ({ amount, currency: "EUR" });
  expect(await call("search_products", { query: "maps" })).toEqual({
    products: [
      {
        product_id: "1",
        name: "A Brown Atlas",
        category: "Maps",
        price: EUR("30.00"),
        available: true,
      },
    ],
  });
  expect(
    await call("search_products", { query: "e", in_stock: false, sort: "price" }),
  ).toMatchObject({
    products: [{ name: "Bees", available: false }, { name: "A Dune" }, { name: "A Brown Atlas" }],
  });
  expect(await call("get_order_status", { order_id: "B-2" })).toMatchObject({ status: "shipped" });
  expect(await call("get_order", { order_id: "B-1" })).toMatchObject({
    order_id: "B-1",
    total: EUR("60.00"),
    lines: [{ item_id: "1", name: "A Brown Atlas", price: EUR("30.00"), quantity: 2 }],
  });
  expect(await call("get_order", { order_id: "B-3" })).toMatch(/nothing was found/i);
  expect(await call("list_orders", { status: "shipped" })).toMatchObject({
    orders: [{ order_id: "B-2", status: "shipped" }],
  });

  const cancel = { order_id: "B-1", reason: "no_longer_needed" };
  expect(await call("cancel_order", cancel)).toMatch(/not cancelled/i);
  expect(questions).toHaveLength(1);
  expect(questions[0]).toContain('Status: "pending" becomes "cancelled"');
  expect(await call("get_order_status", { order_id: "B-1" })).toMatchObject({ status: "pending" });
  expect(await call("cancel_order", { ...cancel, reason: "ordered_by_mistake" })).toMatchObject({
    outcome: "done",
    status: "cancelled",
  });
  expect(await call("cancel_order", { order_id: "B-1", reason: "ordered_by_mistake" })).toMatch(
    /packed already/,
  );
  await host.close();
  await manage(
    "shell",
    "--verbosity",
    "0",
    "--command",
    "from books.models import *; Order.objects.filter(number='B-1').update(state='N')",
  );
});

/** Stories of the stranger, and the tests that play them. */
const STORIES = {
  "stories/search.yaml": `
title: a book is found by its subject
as: nobody
steps:
  - say: Have you got maps?
  - call: search_products
    with: { query: maps }
    returns: { products: [{ name: A Brown Atlas, price: { amount: "30.00" } }, { $absent: true }] }
    sends: ["GET /api/products/search/?q=maps&limit=10"]
`,
  "stories/orders/cancel.yaml": `
title: a new order is cancelled after a yes
as: mia
steps:
  - call: list_orders
    with: { status: pending }
    returns: { orders: [{ order_id: { $save: order } }, { $absent: true }] }
  - call: cancel_order
    with: { order_id: { $use: order }, reason: no_longer_needed }
    asks: { question: Cancel order, answer: decline }
    fails: declined
  - call: cancel_order
    with: { order_id: { $use: order }, reason: ordered_by_mistake }
    asks: { question: 'Status: "pending" becomes "cancelled"', answer: accept }
    returns: { outcome: done, status: cancelled }
`,
  // The same again: each story has the shop as setUp leaves it.
  "stories/orders/privacy.json": JSON.stringify({
    title: "an order of somebody else is not found, and one's own is pending",
    as: "leo",
    steps: [
      { say: "Where is B-1?" },
      { call: "get_order", with: { order_id: "B-1" }, fails: "/nothing was found/i" },
    ],
  }),
  "wrong/cancelled.yaml": `
title: a new order is cancelled already
as: mia
steps:
  - say: Where is my order?
  - call: get_order_status
    with: { order_id: B-1 }
    returns: { status: cancelled }
`,
  "books/tests.py": `
from datetime import datetime, timezone
from django.contrib.auth.models import User
from shop_mcp.testing import ShopMCPTestCase
from books.models import Line, Order, Product

class Shop:
    def setUp(self):
        users = [User.objects.create_user(name) for name in ("mia", "leo")]
        atlas = Product.objects.create(title="A Brown Atlas", blurb="Maps of the earth.", genre="Maps", price="30.00", stock=5)
        order = Order.objects.create(number="B-1", buyer=users[0], state="N", created=datetime.now(timezone.utc))
        Line.objects.create(order=order, product=atlas, unit_price="30.00", pieces=2)

class Right(Shop, ShopMCPTestCase):
    stories = "../stories"

class RightOf2025(Shop, ShopMCPTestCase):
    stories = "../stories/orders"
    lane = "stdio-legacy"

class Wrong(Shop, ShopMCPTestCase):
    stories = "../wrong"

class Nowhere(ShopMCPTestCase):
    stories = "../nowhere"

class WithoutUsers(ShopMCPTestCase):
    stories = "../stories/orders/cancel.yaml"
`,
};

describe("stories against the test database", () => {
  beforeAll(async () => {
    const runner = join(folder, "runner");
    await buildServer(join(runner, "server.js"));
    await buildPrograms(runner);
    for (const [file, text] of Object.entries(STORIES)) await Bun.write(join(folder, file), text);
    const settings = join(folder, "project", "settings.py");
    const command = JSON.stringify(["node", join(runner, "server.js"), "stories"]);
    await Bun.write(
      settings,
      `${await Bun.file(settings).text()}\nSHOP_MCP["STORIES"] = ${command}\n`,
    );
  }, 60_000);
  /** What a test case writes, and its exit code. */
  async function testOf(name: string) {
    const command = [python, "manage.py", "test", `books.tests.${name}`];
    const { err, code } = await ended(command, { cwd: folder }); // unittest writes to stderr
    return { out: err, code };
  }

  test.each([
    ["Right", 3],
    ["RightOf2025", 2],
  ])("a project's own stories pass, each on a shop of its own: %s", async (name, count) => {
    const { out, code } = await testOf(name);
    expect(out).toContain(`Ran ${count} tests`);
    expect(code).toBe(0);
  });
  test("a story that goes otherwise fails its test, with the conversation", async () => {
    const { out, code } = await testOf("Wrong");
    expect(code).toBe(1);
    expect(out).toContain('$.status: expected "cancelled", got "pending"');
    expect(out).toContain("**User** Where is my order?");
    expect(out).toContain("- sends `GET /api/orders/B-1/status/`");
  });
  test("no story, and one whose user is not there, are failures", async () => {
    expect((await testOf("Nowhere")).out).toContain("There is no story at ");
    const { out, code } = await testOf("WithoutUsers");
    expect(out).toContain("cancel.yaml was not played: no token for mia was given");
    expect(code).toBe(1);
  });
});
