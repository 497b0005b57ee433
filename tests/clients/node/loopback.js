/**
 * Loaded before a program that listens on all addresses, this has it listen on loopback, say where, and end with its
 * parent.
 */
import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...more) {
  this.once("listening", () => process.send(this.address().port));
  return listen.call(this, port, "127.0.0.1", ...more);
};
process.on("disconnect", () => process.exit());
