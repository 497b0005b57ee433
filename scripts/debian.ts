/** `installPackages` brings programs that tests start, where this machine is a Debian and this user may install. */
import { ended } from "./django.ts";

/**
 * Installs packages from Debian.
 *
 * @throws {Error} in words, where this user may not, or it goes wrong
 */
export async function installPackages(packages: string[]): Promise<void> {
  const names = packages.join(", ");
  if (process.getuid?.() !== 0 || !Bun.which("apt-get"))
    throw new Error(`${names} can only be installed by root, with apt-get.`);
  console.log(`Installing ${names} from Debian, once.`);
  // Tests start their own servers: with RUNLEVEL none of these begins to run as a service.
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  await ended(["apt-get", "update"], { env });
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  const { code, err } = await ended(install, { env });
  if (code !== 0) throw new Error(`${names} could NOT be installed: ${err.slice(-1000)}`);
}
