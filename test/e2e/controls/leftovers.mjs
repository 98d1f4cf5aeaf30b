// Loaded before the program: tells, when it ends, what it left in its environment.
process.on("exit", () => {
  const { reportOnFatalError } = process.report;
  const names = Object.keys(process.env).filter((name) => name.startsWith("ALEPHANT_"));
  process.stderr.write(`${JSON.stringify({ reportOnFatalError, names })}\n`);
});
