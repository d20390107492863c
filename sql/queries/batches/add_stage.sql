-- Record that a stage of a batch has ended; a second record of it changes nothing.
INSERT INTO batch_stage (batch_no, stage, started_at, rows_in, rows_out)
VALUES (%(batch_no)s, %(stage)s, now() - %(seconds)s * interval '1 second', %(rows_in)s, %(rows_out)s)
ON CONFLICT (batch_no, stage) DO NOTHING
