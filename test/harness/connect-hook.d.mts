/** Where a socket is about to be connected to. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly isHarmless: boolean;
}

export function watchConnections(onTarget: (target: Target) => void): void;
