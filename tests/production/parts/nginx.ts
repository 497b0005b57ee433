/** A real nginx on loopback. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const NGINX = Bun.which("nginx", { PATH: `${process.env["PATH"]}:/usr/sbin` });

/** What stands around a site: all that it writes is in this folder. */
export const nginxConfig = (folder: string, site: string): string => `
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log stderr crit;
${process.getuid?.() === 0 ? "user root;" : ""}
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/client;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${site}
}
`;

/** Starts it with a site, and waits until it answers at this address. */
export async function startNginx(site: string, url: string) {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const file = join(folder, "nginx.conf");
  await Bun.write(file, nginxConfig(folder, site));
  const child = Bun.spawn([NGINX ?? "", "-e", "stderr", "-c", file], { stderr: "inherit" });
  let answers = false;
  while (!answers && child.exitCode === null)
    answers = await fetch(url).then(
      () => true,
      () => false,
    );
  if (!answers) throw new Error("nginx did not start");
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
      rmSync(folder, { recursive: true });
    },
  };
}
