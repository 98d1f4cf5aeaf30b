#!/usr/bin/env node
// Old syntax on purpose: a Node too old for the rest must still be able to read this file and say so.

var NEEDED = [20, 18, 1];

function isNewEnough(version: string): boolean {
  var parts = version.split(".").map(Number);
  for (var i = 0; i < NEEDED.length; i += 1) {
    var own = parts[i] || 0;
    var needed = NEEDED[i] || 0;
    if (own !== needed) return own > needed;
  }
  return true;
}

if (!isNewEnough(process.versions.node)) {
  process.stderr.write("alephant-mcp needs Node.js 20.18.1 or newer; this is " + process.versions.node + ".\n");
  process.exitCode = 1;
} else {
  // stdout is the protocol's: whatever a library prints must land on stderr, from before the first import.
  console.log = console.info = console.debug = console.table = console.dir = console.error;
  import("./main.js").catch(() => {
    process.stderr.write("alephant-mcp could not start: its files are incomplete. Install it again.\n");
    process.exitCode = 1;
  });
}
