import type { ReportData } from '../../../report/report-data.ts';
import { Effects } from '../../../verify/effects.ts';
import { measureFreshness } from '../../../verify/freshness/freshness.ts';
import { parseRun } from '../verify/script.ts';
import { fixtureData } from './fixture.ts';

/** Two tables without a refresh, one refreshed by the job, one by its reader. */
export const polled = `
watch t1 every
watch t2 none
watch t3 none
watch t4 on-read
p0 0..10 assign b1 t1 @60-120 -> ok
p1 0..10 assign b2 t2 @60-120 -> ok
p2 0..10 assign b3 t3 @60-120 -> ok
p3 0..10 assign b4 t4 @60-120 -> ok
p0 59900..59905 status t1=available
p1 59900..59905 status t2=available
p2 59900..59905 status t3=available
p3 59900..59905 status t4=available
p0 60100..60105 status t1=available
p1 60100..60105 status t2=available
p2 60100..60105 status t3=available
p9 60400..60410 refresh t1
p3 60140..60148 refresh t4
p3 60150..60155 status t4=reserved
p0 60500..60505 status t1=reserved
p2 90000..90010 transition b3 checked_in -> ok
p1 119900..119905 status t2=available
p2 119900..119905 status t3=occupied
p0 119900..119905 status t1=reserved
p3 119900..119905 status t4=reserved
p1 120100..120105 status t2=available
p2 120100..120105 status t3=occupied
p0 120100..120105 status t1=reserved
p9 120800..120850 refresh t1
p3 120140..120148 refresh t4
p3 120150..120155 status t4=available
p0 121000..121005 status t1=available
p2 125000..125005 status t3=occupied
`;

export const stepped = `
step t1 every b1@60-120
step t2 none b2@60-120/90
step t3 on-read b3@60-120
p0 0..10 assign b1 t1 @60-120 -> ok
p0 11..20 assign b2 t2 @60-120 -> ok
p0 21..30 assign b3 t3 @60-120 -> ok
p0 31..40 transition b2 checked_in -> ok
look t1 59.999999 available
look t2 59.999999 available
look t3 59.999999 available refreshed
look t1 60 available
look t2 60 available
look t3 60 reserved refreshed
look t1 60.7 available
look t1 60.7 reserved refreshed
look t2 90 occupied
look t1 120 reserved
look t2 120 occupied
look t3 120 available refreshed
look t1 120.7 available refreshed
look t2 200 occupied
`;

/** What a report on such a run is made of; its calls are those of window-boundary. */
export function dataOf(script: string): ReportData {
  const run = parseRun(script);
  for (const operation of run.history.operations) operation.scenario = 'window-boundary';
  const freshness = measureFreshness(run, new Effects(run));
  const { manifest, plan, history } = run;
  return { ...fixtureData(), manifest, plan, history, freshness };
}
