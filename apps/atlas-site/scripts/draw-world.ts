import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mapHeight, mapStepDegrees, mapTopDegrees, mapWidth } from '../src/lib/world-map.ts';

type Ring = readonly (readonly [number, number])[];

interface Outline {
  readonly features: readonly {
    /** Kosovo has none. */
    readonly geometry?:
      | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
      | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] };
  }[];
}

interface Polygon {
  readonly rings: readonly Ring[];
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

const packageDir = dirname(createRequire(import.meta.url).resolve('world-countries/package.json'));
const output = join(import.meta.dirname, '..', 'src', 'assets', 'world.svg');

/** Nine samples of a cell, as parts of its side; a cell with four of them on land gets a dot. */
const samples = [1 / 6, 3 / 6, 5 / 6];
const minLandSamples = 4;

const polygons = readOutlines(join(packageDir, 'data'));
const path = Array.from({ length: mapHeight }, (_, row) => rowPath(row)).join('');

// Each run of land is one line; the dash pattern turns it into a dot for every cell.
const look = 'fill="none" stroke="#000" stroke-width=".66" stroke-linecap="round"';
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${mapWidth} ${mapHeight}">
<path d="${path}" ${look} stroke-dasharray="0 1"/>
</svg>
`;
writeFileSync(output, svg);
console.log(`world.svg: ${svg.length} bytes`);

function readOutlines(dir: string): Polygon[] {
  const files = readdirSync(dir).filter((name) => name.endsWith('.geo.json'));
  return files.toSorted().flatMap((name) => {
    const outline: Outline = JSON.parse(readFileSync(join(dir, name), 'utf8'));
    return outline.features.flatMap(({ geometry }) => {
      if (geometry === undefined) return [];
      if (geometry.type === 'Polygon') return [polygon(geometry.coordinates)];
      return geometry.coordinates.map(polygon);
    });
  });
}

function polygon(rings: readonly Ring[]): Polygon {
  const points = rings[0] ?? [];
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  return {
    rings,
    west: Math.min(...longitudes),
    east: Math.max(...longitudes),
    south: Math.min(...latitudes),
    north: Math.max(...latitudes),
  };
}

function rowPath(row: number): string {
  const land = Array.from({ length: mapWidth }, (_, column) => isLandCell(column, row));
  let runs = '';
  for (let start = land.indexOf(true); start !== -1;) {
    const sea = land.indexOf(false, start);
    const end = sea === -1 ? mapWidth : sea;
    // A dash of length zero at the very end of a line is not drawn, hence the extra tenth.
    runs += `M${start + 0.5} ${row + 0.5}h${(end - start - 0.9).toFixed(1)}`;
    start = land.indexOf(true, end);
  }
  return runs;
}

function isLandCell(column: number, row: number): boolean {
  const land = samples.flatMap((dx) =>
    samples.filter((dy) => {
      const longitude = (column + dx) * mapStepDegrees - 180;
      const latitude = mapTopDegrees - (row + dy) * mapStepDegrees;
      return polygons.some((shape) => contains(shape, longitude, latitude));
    }),
  );
  return land.length >= minLandSamples;
}

function contains(shape: Polygon, longitude: number, latitude: number): boolean {
  const { west, east, south, north } = shape;
  if (longitude < west || longitude > east || latitude < south || latitude > north) return false;
  return shape.rings.filter((ring) => crossesOddly(ring, longitude, latitude)).length % 2 === 1;
}

function crossesOddly(ring: Ring, longitude: number, latitude: number): boolean {
  let inside = false;
  for (const [index, [x, y]] of ring.entries()) {
    const [previousX, previousY] = ring.at(index - 1) ?? [x, y];
    if (y > latitude === previousY > latitude) continue;
    const crossing = x + ((latitude - y) / (previousY - y)) * (previousX - x);
    if (longitude < crossing) inside = !inside;
  }
  return inside;
}
