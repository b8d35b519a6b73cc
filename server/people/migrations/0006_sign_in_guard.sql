-- Who waits for another try is kept by login and client in memory (SignInGuard): a lock of the account let a stranger shut
-- its owner out.
ALTER TABLE account DROP COLUMN failed_attempts;
ALTER TABLE account DROP COLUMN locked_until_ms;
