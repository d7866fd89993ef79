/** Sends a request with DryRun: that AWS would have done it is its success. */
export async function tried(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Error && passed.includes(error.name))) {
      throw error;
    }
  }
}

/** EC2's answer and KMS's. */
const passed: readonly string[] = ['DryRunOperation', 'DryRunOperationException'];
