-- Codes that change every half minute. The secret is encrypted under a key that is not in the database.
ALTER TABLE account ADD COLUMN totp_sealed BLOB;                        -- NULL: there is none
ALTER TABLE account ADD COLUMN totp_pending BLOB;                       -- begun, and no code of it was shown yet
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;    -- of the last code that was taken: each once
ALTER TABLE account ADD COLUMN recovery TEXT NOT NULL DEFAULT '';       -- hashes of codes for who lost the phone, in hex
