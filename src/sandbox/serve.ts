import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { datasetView } from "./dataset-view.ts";
import { Simulation } from "./simulation.ts";
import { assignSwitch } from "./switches.ts";
import type { Sandbox, SandboxOptions } from "./types.ts";

export type { FaultKind, Switches, SwitchName } from "./switches.ts";
export type {
  Fault,
  PlantedKind,
  Sandbox,
  SandboxCredentials,
  SandboxOptions,
} from "./types.ts";

/**
 * Starts the simulator on loopback.
 * @throws RangeError for a scale that is too small or a switch that does not exist; the listen error for a taken port.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sim = new Simulation(options);
  const { server, port } = await listen(sim, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    credentials: sim.credentials,
    events: sim.world.events,
    dataset: datasetView(sim),
    setSwitch: (name, value) => assignSwitch(sim.switches, name, value),
    assignSwitch: (name, value) => assignSwitch(sim.switches, name, value),
    setFault: (fault) => sim.faults.add(fault),
    clearFaults: () => sim.faults.clear(),
    hits: () => sim.hits.all(),
    resetHits: () => sim.hits.clear(),
    reset: () => sim.reset(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

type Server = ReturnType<typeof serve>;

function listen(sim: Simulation, port: number): Promise<{ server: Server; port: number }> {
  const { fetch } = createApp(sim);
  return new Promise((resolve, reject) => {
    // Longer than any client keeps an idle connection, so that only a fault ever closes one.
    const serverOptions = { keepAliveTimeout: 60_000 };
    const options = { fetch, port, hostname: "127.0.0.1", overrideGlobalObjects: false, serverOptions };
    const server = serve(options, (info) => resolve({ server, port: info.port }));
    server.once("error", reject);
  });
}
