#!/usr/bin/env node
// Old syntax on purpose: a Node too old for the rest must still be able to read this file and say so.

var NEEDED = [20, 18, 1];

function isNewEnough(version: string): boolean {
  var parts = version.split(".").map(Number);
  var place: number;
  var own: number;
  var needed: number;
  for (place = 0; place < NEEDED.length; place += 1) {
    own = parts[place] || 0;
    needed = NEEDED[place] || 0;
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
