/** What a host of a story listens to and hears. */

/** What a host listens to in a story, and what it has heard that no step has waited for yet. */
export class Listening {
  readonly uris = new Set<string>();
  readonly heard: string[] = [];

  /** The first that was heard though nobody listens to it. */
  get stray(): string | undefined {
    return this.heard.find((uri) => !this.uris.has(uri));
  }
  /** Whether this was heard. */
  has = (uri: string): boolean => this.heard.includes(uri);
  /** Takes a notice, and its repetitions. */
  take(uri: string): void {
    const others = this.heard.filter((other) => other !== uri);
    this.heard.splice(0, this.heard.length, ...others);
  }
  /** Whether a request is one by which the server may look for changes, at whatever moment. */
  isLook(line: string): boolean {
    const [method, path = ""] = line.split(" ");
    const [, kind, id] = /^\/api\/(orders|products)\/([^/]+)\/$/.exec(path) ?? [];
    return method === "GET" && this.uris.has(`shop://${kind}/${id}`);
  }
}
