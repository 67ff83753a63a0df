import { confirmLoad } from './confirm.ts';
import { planRun } from './plan-run.ts';
import { renderLoad } from './render-load.ts';
import type { RunRequest } from './request.ts';

/**
 * Shows the load, and asks: a hosted project gets none that was not agreed to. Other targets are not asked about.
 *
 * @throws UsageError when the answer is no; InterruptedError
 */
export async function confirmOnStaging(request: RunRequest, interrupt: AbortSignal): Promise<void> {
  const { staging, thresholds, isolation, yes } = request;
  if (staging === null) return;
  const { forecast, changes } = planRun(request, Date.now());
  const target = `project ${staging.projectRef} at ${staging.supabaseUrl}`;
  const { schema } = isolation;
  const created =
    staging.database === null
      ? []
      : [
          `schema ${schema} with its role ${schema}_owner, unless it is there already, and its entry in the exposed schemas`,
          ...(request.explore !== null
            ? [
                'for some seconds, a second copy with its role, in which eight sessions of the database explore',
              ]
            : []),
        ];
  process.stderr.write(renderLoad({ target, forecast, ceiling: thresholds.staging, changes, created }));
  const { stdin: input, stderr: output } = process;
  await confirmLoad({ yes, target: staging.projectRef, input, output, interrupt });
}
