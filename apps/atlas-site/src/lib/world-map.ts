import type { Coordinates } from './entries.ts';

/** The dotted world map: one unit is one dot. Antarctica is cut off before it is a mere band. */
export const mapStepDegrees: number = 2.5;
export const mapTopDegrees: number = 85;
const mapBottomDegrees = -77.5;
export const mapWidth: number = 360 / mapStepDegrees;
export const mapHeight: number = (mapTopDegrees - mapBottomDegrees) / mapStepDegrees;

export interface MapPoint {
  readonly x: number;
  readonly y: number;
}

const edge = 1.5;

/** The place of a coordinate on the map, kept inside the frame so that the poles can be marked. */
export function mapPoint({ latitude, longitude }: Coordinates): MapPoint {
  const x = (longitude + 180) / mapStepDegrees;
  const y = (mapTopDegrees - latitude) / mapStepDegrees;
  return { x: clamp(x, mapWidth), y: clamp(y, mapHeight) };
}

function clamp(value: number, size: number): number {
  return Number(Math.min(Math.max(value, edge), size - edge).toFixed(1));
}
