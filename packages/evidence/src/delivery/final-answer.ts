/** Client errors that another attempt may not meet. */
const MAY_CHANGE = [408, 409, 421, 425, 429];

/** Whether a wrapped client threw a 4xx as an error. The server would answer a retry in the same way. */
export function isFinalAnswer(error: unknown): boolean {
  const status = statusOf(error);
  return status >= 400 && status < 500 && !MAY_CHANGE.includes(status);
}

/** The status that an error carries as `status`, `statusCode` or `response.status`. Takes anything and never throws. */
function statusOf(error: unknown): number {
  try {
    const { status, statusCode, response } = error as {
      status?: unknown;
      statusCode?: unknown;
      response?: { status?: unknown };
    };
    const found = [status, statusCode, response?.status].find((each) => typeof each === 'number');
    return Number(found ?? 0);
  } catch {
    return 0;
  }
}
