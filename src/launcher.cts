#!/usr/bin/env node
// Old syntax on purpose: a Node too old for the rest must still be able to read this file and say so.

import nodeModule = require("module");

var NEEDED = [20, 18, 1];

/** Compiled code is kept in a folder of the user's own: one that others may write to would let them put code into it. */
function cacheFolder(): string | null {
  var env = process.env;
  if (process.platform === "win32") return env.LOCALAPPDATA ? env.LOCALAPPDATA + "\\alephant-mcp\\cache" : null;
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME + "/alephant-mcp";
  return env.HOME ? env.HOME + "/.cache/alephant-mcp" : null;
}

/** Node.js 22 and newer start about a tenth faster with it; it never throws, a folder it cannot write to counts as none. */
function useCompileCache(): void {
  var folder = cacheFolder();
  if (folder && "enableCompileCache" in nodeModule && typeof nodeModule.enableCompileCache === "function") {
    nodeModule.enableCompileCache(folder);
  }
}

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
  useCompileCache();
  import("./main.js").catch(() => {
    process.stderr.write("alephant-mcp could not start: its files are incomplete. Install it again.\n");
    process.exitCode = 1;
  });
}
