/** What `bun run test:truth` has to reach: it fails below these. README.md names them. */
export const goals = {
  /** Requests to mock and Django, and calls about generated shops: so many of each. */
  calls: 2000,
  /** Generated shops that the server is asked about. */
  shops: 200,
  /** Changes that are previewed and then made, on each shop. */
  previews: 1000,
  /** The share of the deliberate mistakes that is noticed. */
  killedShare: 0.95,
};
