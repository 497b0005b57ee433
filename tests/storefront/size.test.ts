/** What a React developer has to read of the storefront: the app and its back end. */
import { expect, test } from "bun:test";
import { Glob } from "bun";

const HOME = new URL("../../examples/storefront/", import.meta.url).pathname;
/**
 * Apart stand `host/`, which is used as a library, `start/`, which reads the environment, and `demo/`. Lines that are
 * empty or a comment are not counted.
 */
const READ = ["protocol.ts", "app/*.ts", "app/*.tsx", "server/*.ts"];
const MOST = 600;

test(`the storefront's code that has to be read is under ${MOST} lines`, async () => {
  const files = READ.flatMap((pattern) => [...new Glob(pattern).scanSync(HOME)]);
  expect(files.map((path) => path.split("/")[0])).toEqual(
    expect.arrayContaining(["app", "protocol.ts", "server"]),
  );
  let lines = 0;
  for (const path of files) {
    const text = await Bun.file(HOME + path).text();
    lines += text.split("\n").filter((line) => !/^\s*(\/\/.*|\/\*.*|\*.*)?$/.test(line)).length;
  }
  expect(lines).toBeLessThan(MOST);
});
