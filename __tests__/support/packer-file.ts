/** What Packer's manifest post-processor writes of one run: builds by name, each with its artifact and what else it has. */
export function packerFile(
  builds: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    builds: Object.entries(builds).map(([name, artifact_id]) => ({
      name,
      builder_type: 'amazon-ebs',
      files: null,
      artifact_id,
      packer_run_uuid: run,
      ...more,
    })),
    last_run_uuid: run,
  });
}

const run = 'b7c0ffee-0000-4000-8000-000000000001';
