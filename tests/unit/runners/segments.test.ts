import { expect, it } from 'vitest';
import { runnerNames, segmentsOf } from '../../../runners/segments.ts';
import { placeOf } from '../../../scenarios/lib/segment.ts';

it('divides a test into equal parts that leave nothing out', () => {
  expect(segmentsOf(4)).toEqual(
    ['0:1/4', '1/4:2/4', '2/4:3/4', '3/4:1'].map((segment) => ({ segment, sequence: '0,1/4,2/4,3/4,1' })),
  );
  expect(segmentsOf(1)).toEqual([{ segment: '0:1', sequence: '0,1' }]);
});

it.each([2, 3, 4, 7, 64])('names %i load generators as they name themselves', (count) => {
  const places = segmentsOf(count).map(({ segment, sequence }) => placeOf(segment, sequence));
  expect(runnerNames('rush', count)).toEqual(places.map((place) => `rush-${place}`));
});

it('leaves the only one its name', () => {
  expect(runnerNames('rush', 1)).toEqual(['rush']);
});
