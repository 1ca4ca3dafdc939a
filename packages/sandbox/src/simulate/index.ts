export { ManualClock } from './manual-clock.ts';
export { startSimulation, type Simulation } from './start-simulation.ts';
export {
  FAULT_ANNOTATION,
  METRIC_ANNOTATION,
  START_DELAY_ANNOTATION,
  type SimulationOptions,
} from './simulation-options.ts';
